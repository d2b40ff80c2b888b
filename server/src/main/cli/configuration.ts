import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, TomlError } from "smol-toml";
import * as z from "zod/mini";
import { effects, targets } from "../../engine/finding.ts";
import { reasonOf } from "./files.ts";
import { nearest, UsageError } from "./usage_error.ts";

const names = z.array(z.string());

/** `[tool.sqlalchemy-coach]` of pyproject.toml: the defaults of the options with the same names. */
const settingsSchema = z.partial(
  z.object({
    target: z.enum(targets),
    select: names,
    ignore: names,
    effect: z.array(z.enum(effects)),
    "fail-on": z.enum([...effects, "never"]),
    safety: z.enum(["safe", "review"]),
    /** Relative to the pyproject.toml. */
    baseline: z.string(),
    /** Files and folders left out, in .gitignore's language, relative to the pyproject.toml. */
    exclude: names,
    jobs: z.int().check(z.minimum(1)),
  }),
);
export type Settings = z.infer<typeof settingsSchema>;
export type FailOn = NonNullable<Settings["fail-on"]>;

export interface Configuration {
  readonly settings: Settings;
  /** The pyproject.toml; absent where none has our table. */
  readonly file?: string;
  /** For people: keys that we do not know. At most one line. */
  readonly warning?: string;
}

/**
 * The settings for `folder`: those of the nearest pyproject.toml, its own or of a folder above, that has our table.
 * Throws UsageError where that file is not TOML or a value is not what its key takes.
 */
export function configurationFor(folder: string): Configuration {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "pyproject.toml");
    const table = existsSync(file) ? tableOf(file) : undefined;
    if (table) return read(file, table);
    if (at === dirname(at)) return { settings: {} };
  }
}

type Table = Readonly<Record<string, unknown>>;

function tableOf(file: string): Table | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${reasonOf(error)}`);
  }
  try {
    const tool = parse(text)["tool"];
    const ours = isTable(tool) ? tool["sqlalchemy-coach"] : undefined;
    if (ours === undefined) return undefined;
    if (isTable(ours)) return ours;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError(`${file}:${error.line}:${error.column} is not TOML: ${error.message.split("\n", 1)[0]}`);
  }
  throw new UsageError(`${file}: tool.sqlalchemy-coach is not a table`);
}

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

function read(file: string, table: Table): Configuration {
  const result = z.safeParse(settingsSchema, table);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new UsageError(`${file}: [tool.sqlalchemy-coach] ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const known = Object.keys(settingsSchema.shape);
  const unknown = Object.keys(table).filter((key) => !known.includes(key));
  if (unknown.length === 0) return { settings: result.data, file };
  const described = unknown.map((key) => {
    const near = nearest(key, known);
    return `"${key}"${near === undefined ? "" : ` (did you mean "${near}"?)`}`;
  });
  return {
    settings: result.data,
    file,
    warning: `${file}: [tool.sqlalchemy-coach] does not know ${described.join(", ")}`,
  };
}
