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
  /** The classes that calls map, once that was asked. */
  mapped?: Mapped;
}

/** The classes that calls of any file map, by `classKey`, each with the file of the call; and what that rests on. */
export interface Mapped {
  readonly classes: ReadonlyMap<string, string>;
  readonly asked: Asked;
}

const isSummary = (ground: ModuleSummary | SourceFile | undefined): boolean =>
  ground !== undefined && "meaning" in ground;

/** Makes what rests on `to` rest on all that is in `from`, too: on a text rather than on its meaning. */
export function restOn(from: Asked, to: Asked): void {
  for (const [uri, ground] of from.files) if (!to.files.has(uri) || !isSummary(ground)) to.files.set(uri, ground);
  for (const [name, ground] of from.names) to.names.set(name, ground);
  for (const [key, ground] of from.given) to.given.set(key, ground);
  if (from.mapped) to.mapped = from.mapped;
}

/** @param askedBy what the resolver of a file asked; `undefined` where it has none */
export function groundsFrom(uri: string, askedBy: (uri: string) => Asked | undefined): Grounds | undefined {
  if (!askedBy(uri)) return undefined;
  const uris = new Set([uri]);
  const read = new Set([uri]);
  const names = new Map<string, string>();
  let entire = false;
  // Another resolver may have asked more after it was asked.
  const add = ({ files, names: named, given, mapped }: Asked): void => {
    for (const [other, ground] of files) {
      uris.add(other);
      if (!isSummary(ground)) read.add(other);
    }
    for (const [name, found] of named) names.set(name, found);
    entire ||= given.size > 0;
    if (mapped) add(mapped.asked);
  };
  for (const each of uris) {
    const asked = askedBy(each);
    if (asked) add(asked);
  }
  const meant = new Set([...uris].filter((each) => !read.has(each)));
  return { uris: [...uris].sort(), meant, names: [...names].sort(), entire };
}
