/**
 * Makes server/src/knowledge/*.gen.ts from the installed releases (introspect.py) and what is written by hand in facts/.
 *
 *   node scripts/knowledge/generate.mjs            writes them
 *   node scripts/knowledge/generate.mjs --check    exits 1 when one is not what it would write
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { encode, maskOf } from "./encode.mjs";
import { layerOf } from "./layers.mjs";
import { parametersOf } from "./parameters.mjs";
import { fact, introspections, RELEASES } from "./runs.mjs";
import { toTable } from "./table.mjs";

const target = fileURLToPath(new URL("../../server/src/knowledge/", import.meta.url));

async function generate() {
  const [scope, names, returns, status, sentences, layers, pages, parameters] = await Promise.all(
    [
      "scope.yaml",
      ...["names", "returns", "status", "sentences", "layers", "pages", "parameters"].map(
        (name) => `facts/${name}.yaml`,
      ),
    ].map(fact),
  );
  const runs = await introspections(scope);
  const facts = { names, returns: returnsByName(returns), status, sentences, layers };
  const table = toTable(runs, scope, facts);
  assertUsed(table.entries, facts);
  return encode({
    entries: table.entries,
    canonicalOf: table.canonicalOf,
    paths: pathsOf(table),
    modules: modulesOf(runs, layers),
    pages,
    proxies: names.proxies,
    ...(await parametersOf(table.entries, parameters)),
    passes: parameters.passes,
  });
}

/** facts/returns.yaml turned round: name -> type. */
function returnsByName(owners) {
  const types = new Map();
  for (const [owner, byType] of Object.entries(owners)) {
    for (const [type, names] of Object.entries(byType)) {
      for (const name of names.split(" ")) types.set(`${owner}.${name}`, type);
    }
  }
  return types;
}

/** A fact about a name that is not in the table says nothing to anyone: it is a mistake. */
function assertUsed(entries, { returns, status, sentences, layers }) {
  const named = [
    ...returns.keys(),
    ...Object.keys(status.legacy),
    ...Object.keys(status.instead),
    ...Object.entries(sentences).flatMap(([owner, texts]) => Object.keys(texts).map((name) => `${owner}.${name}`)),
  ];
  const unknown = named.filter((name) => !entries.has(name));
  if (unknown.length > 0) throw new Error(`facts about names that are not in the table: ${unknown.join(", ")}`);
  const misplaced = Object.values(layers)
    .flat()
    .filter((name) => !entries.has(name));
  if (misplaced.length > 0) throw new Error(`layers of names that are not in the table: ${misplaced.join(", ")}`);
}

/** Import path -> canonical name and the releases in which that path works, as a mask. */
function pathsOf({ apis, canonicalOf }) {
  const paths = new Map();
  for (const api of apis) {
    for (const [path, runs] of api.paths) {
      const speaking = [...runs].filter((run) => run.packages.includes(path.split(".")[0]));
      const releases = new Set(speaking.flatMap((run) => run.releases));
      if (releases.size === 0 || canonicalOf(path) !== api.name) continue;
      paths.set(path, { name: api.name, mask: maskOf(RELEASES.filter((release) => releases.has(release))) });
    }
  }
  return paths;
}

function modulesOf(runs, layers) {
  const releases = new Map();
  for (const run of runs) {
    for (const name of Object.keys(run.data.modules)) {
      if (!run.packages.includes(name.split(".")[0])) continue;
      releases.set(name, [...(releases.get(name) ?? []), ...run.releases]);
    }
  }
  return [...releases]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => ({ name, layer: layerOf(name, undefined, layers), mask: maskOf(found) }));
}

const files = await generate();
const stale = [];
for (const [name, text] of Object.entries(files)) {
  const path = `${target}${name}`;
  if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
  stale.push(name);
  if (!process.argv.includes("--check")) await writeFile(path, text);
}
if (process.argv.includes("--check") && stale.length > 0) {
  process.stderr.write(
    `stale: ${stale.map((name) => `server/src/knowledge/${name}`).join(", ")}; run \`npm run knowledge\`\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(stale.length > 0 ? `wrote ${stale.join(", ")}\n` : "up to date\n");
}
