import { parse as parseToml } from "smol-toml";
import type { Target } from "../engine/finding.ts";

/** A file that may pin a release. `path` is relative to the project, with forward slashes: it is shown to people. */
export interface PinFile {
  readonly path: string;
  readonly text: string;
}

/** What a project's own files say about its release. */
export interface Release {
  readonly target: Target;
  /** "requirements.txt:3 sqlalchemy==2.0.52" */
  readonly because: string;
  /** The oldest release that the files let the project run on; absent where only an upper bound is given. */
  readonly installed?: Target;
}

/** Globs of the files that `releaseOf` can read, relative to a project's folder. */
export const pinFileGlobs: readonly string[] = [
  "**/{uv,poetry,pdm}.lock",
  "**/Pipfile.lock",
  "**/requirements*.{txt,in}",
  "**/constraints*.txt",
  "**/requirements/*.{txt,in}",
  "**/pyproject.toml",
  "**/Pipfile",
  "**/setup.cfg",
];

/** Whether `releaseOf` reads files of this name; the rest of the path matters only for `requirements/*.txt`. */
export const isPinFile = (path: string): boolean => readerOf(path) !== undefined;

/**
 * The release that a project is written for. Lock files come before requirements with an exact version, those before
 * ranges; then the file nearest to the project's root; then the newest release named. `undefined` where no file names
 * SQLAlchemy with a usable version. A file that can't be parsed counts as absent: it is not ours to complain about.
 *
 * A project still on 1.4 is judged for 2.0, which is where it has to go.
 */
export function releaseOf(files: readonly PinFile[]): Release | undefined {
  const best = files.flatMap(pinsOf).sort(compare)[0];
  if (!best) return undefined;
  const oldest = best.lower && toTarget(best.lower);
  const target = oldest === undefined || oldest === "1.4" ? "2.0" : oldest;
  const where = best.line === undefined ? best.path : `${best.path}:${best.line}`;
  return { target, because: `${where} ${best.written}`, ...(oldest && { installed: oldest }) };
}

interface Pin extends Requirement {
  readonly path: string;
  readonly line: number | undefined;
  /** 0 lock, 1 exact, 2 range */
  readonly rank: number;
}

interface Requirement {
  /** "sqlalchemy==2.0.52" */
  readonly written: string;
  /** The lowest version allowed; absent where there is only an upper bound. */
  readonly lower: Version | undefined;
  readonly exact: boolean;
}

type Version = readonly [major: number, minor: number];
type Reader = (file: PinFile) => readonly Pin[];

function readerOf(path: string): Reader | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^(uv|poetry|pdm)\.lock$/.test(name)) return tomlLock;
  if (name === "Pipfile.lock") return pipfileLock;
  if (name === "pyproject.toml") return pyproject;
  if (name === "Pipfile") return pipfile;
  if (name === "setup.cfg") return setupCfg;
  const listed =
    /^(requirements|constraints).*\.(txt|in)$/.test(name) || /(^|\/)requirements\/[^/]+\.(txt|in)$/.test(path);
  return listed ? requirements : undefined;
}

function pinsOf(file: PinFile): readonly Pin[] {
  const reader = readerOf(file.path);
  if (!reader || !/sqlalchemy/i.test(file.text)) return [];
  try {
    return reader(file);
  } catch {
    // Half-written TOML or JSON is what an editor's user has while typing.
    return [];
  }
}

function compare(a: Pin, b: Pin): number {
  const depth = (pin: Pin): number => pin.path.split("/").length;
  return a.rank - b.rank || depth(a) - depth(b) || newest(a, b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function newest(a: Pin, b: Pin): number {
  const [majorA, minorA] = a.lower ?? [0, 0];
  const [majorB, minorB] = b.lower ?? [0, 0];
  return majorB - majorA || minorB - minorA;
}

function toTarget([major, minor]: Version): Target {
  if (major < 2) return "1.4";
  return major === 2 && minor === 0 ? "2.0" : "2.1";
}

/** uv, poetry and pdm write one `[[package]]` table a package, name before version. */
function tomlLock({ path, text }: PinFile): readonly Pin[] {
  const pins: Pin[] = [];
  let name = "";
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    if (line.startsWith("[")) name = "";
    const field = /^(name|version) = "([^"]*)"/.exec(line);
    if (field?.[1] === "name") name = field[2] ?? "";
    if (field?.[1] !== "version" || !isSqlalchemy(name)) return;
    const lower = versionOf(field[2] ?? "");
    if (lower) pins.push({ path, line: index + 1, rank: 0, written: `sqlalchemy==${field[2]}`, lower, exact: true });
  });
  return pins;
}

function pipfileLock({ path, text }: PinFile): readonly Pin[] {
  const groups = Object.values(tableOf(JSON.parse(text)));
  return groups.flatMap((group) =>
    Object.entries(tableOf(group)).flatMap(([name, entry]) => {
      const specifier = tableOf(entry)["version"];
      if (!isSqlalchemy(name) || typeof specifier !== "string") return [];
      const found = requirement(`sqlalchemy${specifier}`);
      return found ? [{ ...found, path, line: lineOf(text, /^\s*"sqlalchemy"\s*:/im), rank: 0 }] : [];
    }),
  );
}

function requirements({ path, text }: PinFile): readonly Pin[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => listed(path, line, index + 1));
}

/** PEP 621 and PEP 735 dependencies, poetry's, pdm's and uv's own tables. */
function pyproject({ path, text }: PinFile): readonly Pin[] {
  const root = tableOf(parseToml(text));
  const project = tableOf(root["project"]);
  const tool = tableOf(root["tool"]);
  const poetry = tableOf(tool["poetry"]);
  const lists = [
    project["dependencies"],
    ...Object.values(tableOf(project["optional-dependencies"])),
    ...Object.values(tableOf(root["dependency-groups"])),
    ...Object.values(tableOf(tableOf(tool["pdm"])["dev-dependencies"])),
    tableOf(tool["uv"])["dev-dependencies"],
  ];
  const tables = [
    poetry["dependencies"],
    poetry["dev-dependencies"],
    ...Object.values(tableOf(poetry["group"])).map((group) => tableOf(group)["dependencies"]),
  ];
  const strings = lists.flatMap((list) => (Array.isArray(list) ? list : [])).filter((item) => typeof item === "string");
  const listedPins = strings.flatMap((item) => listed(path, item, lineHolding(text, item)));
  return [...listedPins, ...tables.flatMap((table) => tabled(path, text, table))];
}

function pipfile({ path, text }: PinFile): readonly Pin[] {
  const root = tableOf(parseToml(text));
  return [root["packages"], root["dev-packages"]].flatMap((table) => tabled(path, text, table));
}

function setupCfg({ path, text }: PinFile): readonly Pin[] {
  let section = "";
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    section = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? section;
    if (section !== "options" && section !== "options.extras_require") return [];
    return listed(path, line.replace(/^\s*(install_requires|[\w.-]+)\s*=(?!=)/, ""), index + 1);
  });
}

/** A dependency as PEP 508 writes it: "SQLAlchemy[asyncio] ~= 2.0.3 ; python_version > '3.8'". */
function listed(path: string, text: string, line: number | undefined): readonly Pin[] {
  const bare = text.replace(/(^|\s)#.*$/, "").replace(/;.*$/, "");
  const parts = /^\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?\s*([=<>!~][^\\()]*)/.exec(bare);
  if (!parts || !isSqlalchemy(parts[1] ?? "")) return [];
  const specifier = (parts[2] ?? "").replace(/\s+--hash.*$/, "").replace(/\s+/g, "");
  const found = requirement(`sqlalchemy${specifier}`);
  return found ? [{ ...found, path, line, rank: found.exact ? 1 : 2 }] : [];
}

/** A dependency as poetry and pipenv write it: `sqlalchemy = "^2.0"` or `sqlalchemy = { version = "^2.0", extras = […] }`. */
function tabled(path: string, text: string, table: unknown): readonly Pin[] {
  return Object.entries(tableOf(table)).flatMap(([name, value]) => {
    const version = typeof value === "string" ? value : tableOf(value)["version"];
    if (!isSqlalchemy(name) || typeof version !== "string") return [];
    const specifier = version.replace(/\s+/g, "");
    const found = requirement(`sqlalchemy${/^\d/.test(specifier) ? "==" : ""}${specifier}`);
    const line = lineOf(text, /^\s*["']?sqlalchemy["']?\s*=/im);
    return found ? [{ ...found, path, line, rank: found.exact ? 1 : 2 }] : [];
  });
}

/** `undefined` where the clauses allow no version to be named, as in "sqlalchemy!=2.0.1" or "sqlalchemy*". */
function requirement(written: string): Requirement | undefined {
  let lower: Version | undefined;
  let exact = false;
  let bounded = false;
  for (const clause of written.slice("sqlalchemy".length).split(",")) {
    const [, operator = "", version = ""] = /^(===?|>=|<=|~=|!=|>|<|\^|~)(.*)$/.exec(clause) ?? [];
    const found = versionOf(version);
    if (!found) continue;
    if (operator === "<" || operator === "<=") bounded = true;
    else if (operator !== "!=") {
      lower = found;
      exact ||= operator.startsWith("==") && !version.includes("*");
    }
  }
  return lower || bounded ? { written, lower, exact } : undefined;
}

function versionOf(text: string): Version | undefined {
  const numbers = /^\s*v?(\d+)(?:\.(\d+))?/.exec(text);
  return numbers ? [Number(numbers[1]), Number(numbers[2] ?? 0)] : undefined;
}

const isSqlalchemy = (name: string): boolean => name.toLowerCase() === "sqlalchemy";

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function lineOf(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const at = found.index + found[0].search(/\S/);
  return text.slice(0, at).split(/\r\n|\r|\n/).length;
}

function lineHolding(text: string, part: string): number | undefined {
  const at = text.indexOf(part);
  return at < 0 ? undefined : text.slice(0, at).split(/\r\n|\r|\n/).length;
}
