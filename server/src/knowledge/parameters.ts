/** What is known of one parameter of a callable: made from the installed releases, each of which was asked. */
import type { Api, ApiName, Release } from "./api.ts";
import { apiAt } from "./decode.ts";
import { OPTIONS, PARAMETERS, PASSES } from "./parameters.gen.ts";

export interface Parameter {
  readonly name: string;
  /** The API that takes it; of a call that hands its keywords on, the one that they reach. */
  readonly of: ApiName;
  readonly kind: "any" | "keyword";
  readonly optional: boolean;
  /** As one would write it; absent where there is none, or no plain value. */
  readonly default?: string;
  /** Oldest first: those that take it. Only of what the API's own releases tell. */
  readonly releases: readonly Release[];
  /** One sentence; absent for a parameter that nobody has described yet. */
  readonly summary?: string;
  /** Since when it works, warns or raises; absent where all releases of the API take it in silence. */
  readonly history?: string;
}

/**
 * The keyword `name` of an API, in any release. undefined: it takes no such keyword, or passes whatever it gets to somebody
 * whom we do not know.
 */
export function parameterOf(api: string, name: string): Parameter | undefined {
  const own = ownParameter(api, name);
  if (own?.summary !== undefined) return own;
  const next = passes().get(api);
  const further = next === undefined ? undefined : parameterOf(next, name);
  if (!own) return further;
  return further?.summary === undefined ? own : { ...own, of: further.of, summary: further.summary };
}

/** One value of a text parameter: what it does, and in which releases. */
export interface Option {
  readonly summary: string;
  /** Absent where all releases of the API take it in silence. */
  readonly history?: string;
}

/** A known value of a text parameter: `"selectin"` of `relationship(lazy=)`. */
export function optionOf(name: string, parameter: string, value: string): Option | undefined {
  const path = `${name}.${parameter}`;
  const lines = Object.hasOwn(OPTIONS, path) ? OPTIONS[path] : undefined;
  const line = lines?.split("\n").find((each) => each.startsWith(`${value}\t`));
  const next = passes().get(name);
  if (line === undefined) return next === undefined ? undefined : optionOf(next, parameter, value);
  const [, taken = "", warned = "", summary = ""] = line.split("\t");
  const api = apiAt(name);
  const history = api && historyOf(api, releasesOf(taken), releasesOf(warned));
  return { summary, ...(history && { history }) };
}

const releases: readonly Release[] = ["1.4", "2.0", "2.1"];

let passed: ReadonlyMap<string, string> | undefined;

function passes(): ReadonlyMap<string, string> {
  passed ??= new Map(PASSES.split("\n").map((line) => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]));
  return passed;
}

function ownParameter(name: string, parameter: string): Parameter | undefined {
  const api = apiAt(name);
  if (!api) return undefined;
  const signed = api.params?.find(
    (each) => each.name === parameter && (each.kind === "any" || each.kind === "keyword"),
  );
  const lines = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
  const line = lines?.split("\n").find((each) => each.startsWith(`${parameter} `));
  if (!signed && line === undefined) return undefined;
  const [facts = "", summary] = line?.split("\t") ?? [];
  const [, written = "-", taken, warned = "0"] = facts.split(" ");
  const takes = taken === undefined ? api.releases : releasesOf(taken);
  const history = historyOf(api, takes, releasesOf(warned));
  const fallback = written === "-" ? (signed?.optional ? "None" : undefined) : written.replaceAll("\u00a0", " ");
  return {
    name: parameter,
    of: api.name,
    kind: signed?.kind === "any" ? "any" : "keyword",
    optional: signed?.optional ?? true,
    ...(fallback !== undefined && { default: fallback }),
    releases: takes,
    ...(summary && { summary }),
    ...(history && { history }),
  };
}

function releasesOf(mask: string): readonly Release[] {
  return releases.filter((_, index) => Number(mask) & (1 << index));
}

/** "Since 2.0.", "Warns on 1.4. Raises since 2.0." */
function historyOf(api: Api, takes: readonly Release[], warns: readonly Release[]): string | undefined {
  if (!api.name.startsWith("sqlalchemy")) return undefined;
  const parts: string[] = [];
  const [first] = takes;
  const [born] = api.releases;
  if (first && first !== born) parts.push(`Since ${first}.`);
  const [warning] = warns;
  const raising = api.releases.find((release) => first !== undefined && release > first && !takes.includes(release));
  if (warning)
    parts.push(warns.length === 1 && raising ? `Warns on ${warning}.` : `Deprecated: warns since ${warning}.`);
  if (raising) parts.push(`Raises since ${raising}.`);
  return parts.length > 0 ? parts.join(" ") : undefined;
}
