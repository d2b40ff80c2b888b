import type { FileResolver, Place } from "../resolve/index.ts";
import type { SourceFile } from "../syntax/index.ts";

/** One question about one place: what every kind of label rests on. */
export interface Asked {
  readonly file: SourceFile;
  readonly resolver: FileResolver;
  /** A UTF-16 offset of the file. */
  readonly offset: number;
  /** The first line of what is written at a place of any file, shortened. */
  readonly lineAt: (place: Place) => string;
}
