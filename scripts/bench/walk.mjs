// Walks a folder and reads every Python file: the reference for `check` on files without SQLAlchemy.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

let bytes = 0;
for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && entry.name.endsWith(".py")) bytes += readFileSync(join(entry.parentPath, entry.name)).length;
}
console.log(bytes);
