import { parse, TomlError } from "smol-toml";
import * as z from "zod/mini";
import { effects, targets } from "../engine/finding.ts";
import { nearest } from "./nearest.ts";

const names = z.array(z.string());

/** `[tool.sqlalchemy-coach]` of pyproject.toml: the defaults of the command line's options with the same names. */
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
export type FileSettings = z.infer<typeof settingsSchema>;

export type Configuration =
  | {
      readonly settings: FileSettings;
      /** For people: keys that we do not know. At most one line. */
      readonly warning?: string;
    }
  /** For people: what is wrong with the file, or with a value. One line. */
  | { readonly fault: string };

/**
 * Our table of a pyproject.toml; `undefined` where it has none.
 *
 * @param text of the file
 * @param file how the file is called in what people are told
 */
export function readConfiguration(text: string, file: string): Configuration | undefined {
  let tool: unknown;
  try {
    tool = parse(text)["tool"];
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { fault: `${file}:${error.line}:${error.column} is not TOML: ${error.message.split("\n", 1)[0]}` };
  }
  const ours = isTable(tool) ? tool["sqlalchemy-coach"] : undefined;
  if (ours === undefined) return undefined;
  if (!isTable(ours)) return { fault: `${file}: tool.sqlalchemy-coach is not a table` };
  const result = z.safeParse(settingsSchema, ours);
  if (!result.success) {
    const [issue] = result.error.issues;
    return { fault: `${file}: [tool.sqlalchemy-coach] ${issue?.path.join(".")}: ${issue?.message}` };
  }
  const known = Object.keys(settingsSchema.shape);
  const unknown = Object.keys(ours).filter((key) => !known.includes(key));
  if (unknown.length === 0) return { settings: result.data };
  const described = unknown.map((key) => {
    const near = nearest(key, known);
    return `"${key}"${near === undefined ? "" : ` (did you mean "${near}"?)`}`;
  });
  return {
    settings: result.data,
    warning: `${file}: [tool.sqlalchemy-coach] does not know ${described.join(", ")}`,
  };
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
