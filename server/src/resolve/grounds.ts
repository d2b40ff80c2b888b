import type { SourceFile } from "../syntax/index.ts";
import type { ModuleSummary } from "./summary.ts";
import type { Inferred } from "./type.ts";

/** What all answers of a file's resolver so far rest on, as plain data. */
export interface Grounds {
  /** The files that were asked. */
  readonly uris: readonly string[];
  /** Of those, the ones that were asked for what they mean to others, and for nothing of their text. */
  readonly meant: ReadonlySet<string>;
  /** Names of classes, and the files that define them, as `definingFiles` tells them. */
  readonly names: readonly (readonly [name: string, uris: string])[];
  /** What all callers hand to a parameter was asked: any text may hold one more. */
  readonly entire: boolean;
}

/** What one resolver asked of others. */
export interface Asked {
  /** What a file says, or, where a model was read, its very text. */
  readonly files: Map<string, ModuleSummary | SourceFile | undefined>;
  /**
   * The files that define a class of a name; under "" those that map classes by calls, under "backref" and a name those
   * that may add to a class of that name.
   */
  readonly names: Map<string, string>;
  /** What callers hand to parameters, by file and parameter. */
  readonly given: Map<string, Inferred>;
}

/** Makes what rests on `to` rest on all that is in `from`, too. */
export function restOn(from: Asked, to: Asked): void {
  for (const [uri, ground] of from.files) if (!to.files.has(uri)) to.files.set(uri, ground);
  for (const [name, ground] of from.names) to.names.set(name, ground);
  for (const [key, ground] of from.given) to.given.set(key, ground);
}

/** @param askedBy what the resolver of a file asked; `undefined` where it has none */
export function groundsFrom(uri: string, askedBy: (uri: string) => Asked | undefined): Grounds | undefined {
  if (!askedBy(uri)) return undefined;
  const uris = new Set([uri]);
  const read = new Set([uri]);
  const names = new Map<string, string>();
  let entire = false;
  // Another resolver may have asked more after it was asked.
  for (const each of uris) {
    const asked = askedBy(each);
    for (const [other, ground] of asked?.files ?? []) {
      uris.add(other);
      if (!ground || !("meaning" in ground)) read.add(other);
    }
    for (const [name, files] of asked?.names ?? []) names.set(name, files);
    entire ||= asked !== undefined && asked.given.size > 0;
  }
  const meant = new Set([...uris].filter((each) => !read.has(each)));
  return { uris: [...uris].sort(), meant, names: [...names].sort(), entire };
}
