/** The life of a name in a sentence or two. */
import type { Api, Release } from "./api.ts";

const RELEASES: readonly Release[] = ["1.4", "2.0", "2.1"];

export interface Life {
  readonly name: string;
  readonly releases: readonly Release[];
  readonly status: Api["status"];
  /** What to write in its place; "" when there is nothing to say. */
  readonly instead: string;
  /** The version that deprecated it, where that is known: "1.4.23". */
  readonly since: string;
  /** "2.0 name, name": the release that dropped these parameters. */
  readonly gone: string;
}

/** undefined when the name was always there and is current. Another library's releases are not told from SQLAlchemy's. */
export function historyOf(life: Life): string | undefined {
  const { name, releases, status, instead, since, gone } = life;
  const [first] = releases;
  const last = releases.at(-1);
  if (!first || !last) return undefined;
  const parts: string[] = [];
  const use = instead ? `: ${instead}` : "";
  const isSqlalchemy = name.startsWith("sqlalchemy");
  if (isSqlalchemy && first !== "1.4") parts.push(`Since ${first}.`);
  const without = isSqlalchemy ? RELEASES[RELEASES.indexOf(last) + 1] : undefined;
  if (without) parts.push(`Removed in ${without}${use}.`);
  else if (status[last] === "legacy") parts.push(`Legacy since ${firstWith("legacy", life)}${use}.`);
  else if (status[last] === "deprecated")
    parts.push(`Deprecated since ${since || firstWith("deprecated", life)}${use}.`);
  if (gone) {
    const [release = "", ...names] = gone.split(" ");
    parts.push(`Removed in ${release}: ${names.length === 1 ? "parameter" : "parameters"} ${names.join(" ")}.`);
  }
  return parts.length > 0 ? parts.join(" ") : undefined;
}

function firstWith(state: "legacy" | "deprecated", { releases, status }: Life): Release | undefined {
  return releases.find((release) => status[release] === state);
}
