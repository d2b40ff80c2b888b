import * as z from "zod/mini";
import { type Target, targets } from "../engine/finding.ts";
import type { FileSettings } from "../service/configuration.ts";
import type { Release } from "../service/pins.ts";
import type { Config } from "../service/types.ts";

/** The section `sqlalchemyCoach` of an editor's settings, complete and valid. */
export interface Settings {
  readonly target: "auto" | Target;
  readonly rules: { readonly select: readonly string[]; readonly ignore: readonly string[] };
  readonly hover: { readonly enabled: boolean };
  readonly inlayHints: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  readonly diagnostics: { readonly enabled: boolean; readonly legacy: "hint" | "off"; readonly workspace: boolean };
  readonly codeActions: { readonly learn: boolean; readonly review: boolean };
  readonly index: { readonly maxFiles: number };
}

/**
 * Validates what a client sent: settings, or nothing. A bad or unknown value falls back to its default, by itself, and
 * is told in one sentence; the others hold. Keys may be nested or, as some clients send them, dotted.
 */
export function readSettings(raw: unknown): { readonly settings: Settings; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const given = nested(raw);
  const settings: Record<string, unknown> = {};
  for (const [name, { schema, fallback }] of Object.entries(fields)) {
    const path = name.split(".");
    const value = valueAt(given, path);
    const parsed = value === undefined || value === null ? undefined : z.safeParse(schema, value);
    if (parsed && !parsed.success) {
      warnings.push(
        `sqlalchemyCoach.${name}: ${JSON.stringify(value)} is no valid value, ${JSON.stringify(fallback)} is used`,
      );
    }
    setAt(settings, path, parsed?.success ? parsed.data : fallback);
  }
  return { settings: settings as unknown as Settings, warnings };
}

/** What the project's own files say: the release they pin, and our table of a pyproject.toml. */
export interface Stated {
  readonly release?: Release;
  readonly settings?: StatedSettings;
}

export interface StatedSettings {
  readonly values: FileSettings;
  /** For people. */
  readonly file: string;
  /** The uri of the folder that it lies in. */
  readonly folder: string;
}

/**
 * What the analyser is to be told. What the editor's settings say explicitly comes first (a target that is not "auto", a
 * list that is not empty), then pyproject.toml, then what the project's files pin.
 */
export function toConfig(settings: Settings, { release, settings: stated }: Stated): Config {
  const { select, ignore } = settings.rules;
  return {
    ...targetOf(settings, release, stated),
    ...(release?.installed && { installed: release.installed }),
    select: select.length > 0 ? select : (stated?.values.select ?? []),
    ignore: ignore.length > 0 ? ignore : (stated?.values.ignore ?? []),
  };
}

function targetOf(
  { target }: Settings,
  release: Release | undefined,
  stated: StatedSettings | undefined,
): Pick<Config, "target" | "targetBecause"> {
  if (target !== "auto") return { target, targetBecause: "the setting sqlalchemyCoach.target" };
  if (stated?.values.target) {
    return { target: stated.values.target, targetBecause: `${stated.file} [tool.sqlalchemy-coach] target` };
  }
  return release
    ? { target: release.target, targetBecause: release.because }
    : { target: "2.0", targetBecause: "the default" };
}

interface Field {
  readonly schema: z.ZodMiniType;
  readonly fallback: unknown;
}

const names = z.array(z.string().check(z.maxLength(100))).check(z.maxLength(500));
const field = <T>(schema: z.ZodMiniType<T>, fallback: T): Field => ({ schema, fallback });

const fields: Readonly<Record<string, Field>> = {
  target: field(z.enum(["auto", ...targets]), "auto"),
  "rules.select": field(names, []),
  "rules.ignore": field(names, []),
  "hover.enabled": field(z.boolean(), true),
  "inlayHints.enabled": field(z.boolean(), false),
  "codeLens.enabled": field(z.boolean(), false),
  "diagnostics.enabled": field(z.boolean(), true),
  "diagnostics.legacy": field(z.enum(["hint", "off"]), "hint"),
  "diagnostics.workspace": field(z.boolean(), false),
  "codeActions.learn": field(z.boolean(), true),
  "codeActions.review": field(z.boolean(), true),
  "index.maxFiles": field(z.int().check(z.gte(0), z.lte(100_000)), 5000),
};

export const defaultSettings: Settings = readSettings(undefined).settings;

/** Every setting the server reads, by its name below `sqlalchemyCoach`: package.json is to declare these, so defaulted. */
export const settingDefaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(fields).map(([name, { fallback }]) => [name, fallback]),
);

/** `{ "rules.select": [] }` and `{ rules: { select: [] } }` alike, without the prototype's keys. */
function nested(raw: unknown): Readonly<Record<string, unknown>> {
  const result = emptyTable();
  if (!isTable(raw)) return result;
  for (const [name, value] of Object.entries(raw)) {
    if (name.includes(".")) setAt(result, name.split("."), value);
    else if (!isReserved(name))
      result[name] = isTable(value) && isTable(result[name]) ? { ...result[name], ...value } : value;
  }
  return result;
}

function valueAt(table: unknown, path: readonly string[]): unknown {
  let value: unknown = table;
  for (const name of path) value = isTable(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function setAt(table: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (isReserved(name)) return;
  if (rest.length === 0) {
    table[name] = value;
    return;
  }
  const inner = isTable(table[name]) ? { ...table[name] } : emptyTable();
  table[name] = inner;
  setAt(inner, rest, value);
}

function isReserved(name: string): boolean {
  return /^(__proto__|constructor|prototype)$/.test(name);
}

function emptyTable(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
