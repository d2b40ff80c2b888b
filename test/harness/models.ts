import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./parser.ts";

/** The module that examples of rules import as `models`. */
export const models = readFileSync(join(root, "test/oracle/models.py"), "utf8");
