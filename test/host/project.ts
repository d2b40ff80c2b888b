import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The project's root folder, found upward from this module: the code runs both from its own folder and from a bundle in
 * `out/`, so no path relative to a source file holds.
 */
export const projectRoot: string = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  const manifest = join(folder, "package.json");
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "sqlalchemy-coach") return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("not inside the sqlalchemy-coach project");
  return rootAbove(parent);
}
