import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FileSettings, readConfiguration } from "../../service/configuration.ts";
import { reasonOf } from "./files.ts";
import { UsageError } from "./usage_error.ts";

export type Settings = FileSettings;
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
    const found = existsSync(file) ? readConfiguration(textOf(file), file) : undefined;
    if (found && "fault" in found) throw new UsageError(found.fault);
    if (found) return { ...found, file };
    if (at === dirname(at)) return { settings: {} };
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${reasonOf(error)}`);
  }
}
