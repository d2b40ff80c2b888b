/** What each installed release has: introspect.py run in every oracle environment. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { oracle } from "../oracle.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The environments, and the SQLAlchemy releases that what is found there stands for: Flask-SQLAlchemy 2.5 needs 1.4,
 * Flask-SQLAlchemy 3.1 and SQLModel need 2.0 or newer.
 */
const ENVIRONMENTS = [
  { environment: "1.4-libs", releases: ["1.4"], packages: ["flask_sqlalchemy"] },
  { environment: "2.0-libs", releases: ["2.0", "2.1"], packages: ["flask_sqlalchemy", "sqlmodel"] },
  { environment: "1.4", releases: ["1.4"], packages: ["sqlalchemy"] },
  { environment: "2.0", releases: ["2.0"], packages: ["sqlalchemy"] },
  { environment: "2.1", releases: ["2.1"], packages: ["sqlalchemy"] },
];

export const RELEASES = ["1.4", "2.0", "2.1"];

/** A hand-written YAML file beside this one. */
export async function fact(name) {
  return parse(await readFile(here(name), "utf8"), { maxAliasCount: -1 });
}

/**
 * @returns {Promise<{ environment: string, releases: string[], packages: string[], data: object }[]>} in the order in which
 *   a later one's word holds; `packages` are those whose modules this run speaks for
 */
export async function introspections(scope) {
  const runs = [];
  for (const { environment, releases, packages } of ENVIRONMENTS) {
    const { run } = await oracle(environment);
    const { code, stdout, stderr } = await run(here("introspect.py"), {
      input: JSON.stringify({ ...scope, described: packages }),
    });
    if (code !== 0) throw new Error(`introspection of ${environment} failed:\n${stderr}`);
    runs.push({ environment, releases, packages, data: JSON.parse(stdout) });
  }
  return runs;
}
