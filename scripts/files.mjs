import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths (relative to `root`, forward slashes, sorted) of all files below `folder` whose name ends with `ending`. */
export function globSync(root, folder, ending) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}
