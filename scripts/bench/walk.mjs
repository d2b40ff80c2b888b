// Walks folders and reads every Python file: the reference for `check` on files without SQLAlchemy.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

let bytes = 0;
for (const folder of process.argv.slice(2)) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".py")) bytes += readFileSync(join(entry.parentPath, entry.name)).length;
  }
}
console.log(bytes);
