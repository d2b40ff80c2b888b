import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { rules } from "../server/src/rules/index.gen.ts";
import { ground, lessonOf, taught } from "../server/src/service/lessons.ts";
import { sectionsOfEffect } from "../server/src/service/occurrences.ts";
import { root } from "./harness/parser.ts";
import { allNames } from "./knowledge/names.ts";

/** Paths of all source files below a folder, relative to the root. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|css)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.includes("node_modules"))
    .sort();
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"|(?:^|\n)import\s+"([^"]+)"/g,
    ),
  ].map(([, from, dynamic, bare]) => {
    const target = from ?? dynamic ?? bare ?? "";
    return target.startsWith(".") ? relative(root, resolve(root, dirname(path), target)).replaceAll("\\", "/") : target;
  });
}

/** Files (a pattern) must not import (a pattern), but for what a third pattern allows. */
const forbidden: readonly (readonly [law: string, from: RegExp, to: RegExp, allowed?: RegExp])[] = [
  ["knowledge imports nothing", /^server\/src\/knowledge\//, /./, /^server\/src\/knowledge\//],
  [
    "syntax imports nothing else of ours",
    /^server\/src\/syntax\//,
    /^(server|client|content|test)\//,
    /^server\/src\/syntax\//,
  ],
  ["only syntax knows tree-sitter", /^(?!server\/src\/syntax\/).*/, /^web-tree-sitter/],
  ["resolve does not look up", /^server\/src\/resolve\//, /^server\/src\/(engine|rules|service|lsp|main)\//],
  [
    "a rule knows the engine's front door only",
    /^server\/src\/rules\/[\w-]+\//,
    /./,
    /^server\/src\/(engine\/index\.ts$|rules\/)/,
  ],
  ["rules are passed to the engine", /^server\/src\/engine\//, /^server\/src\/(rules|service|lsp|main)\//],
  [
    "a slice is made of names and their meaning alone",
    /^server\/src\/slice\//,
    /^(server|client|content)\//,
    /^server\/src\/(slice|resolve|syntax|knowledge)\//,
  ],
  ["the service knows no host", /^server\/src\/service\//, /^server\/src\/(lsp|main|rules)\//],
  ["the core is pure", /^server\/src\/(?!lsp\/|main\/)/, /^(node:|vscode)/],
  ["the client knows the protocol only", /^client\//, /^server\/src\//, /^server\/src\/protocol\.ts$/],
  ["the server does not read the content", /^server\//, /^content\//],
  ["the content does not know the server", /^content\//, /^server\//],
  ["the web page is no extension", /^client\/webview\//, /^vscode$/],
  [
    "the web page shares the messages only",
    /^client\/webview\//,
    /^client\/src\//,
    /^client\/src\/lessons\/messages\.ts$/,
  ],
  ["nothing imports tests", /^(server|client|content)\//, /^test\//],
];

describe("laws of the repository", () => {
  const files = ["server", "client", "content"].flatMap(sources).filter((path) => path.endsWith(".ts"));

  for (const [law, from, to, allowed] of forbidden) {
    it(`imports: ${law}`, () => {
      const broken = files
        .filter((path) => from.test(path))
        .flatMap((path) => importsOf(path).map((target) => [path, target] as const))
        .filter(([, target]) => to.test(target) && !allowed?.test(target))
        .map(([path, target]) => `${path} -> ${target}`);
      assert.deepEqual(broken, []);
    });
  }

  it("imports: no folder of the server's core imports in a circle with another", () => {
    const edges = new Map<string, Set<string>>();
    for (const path of files) {
      const folder = /^server\/src\/(\w+)\//.exec(path)?.[1];
      if (!folder) continue;
      for (const target of importsOf(path)) {
        const other = /^server\/src\/(\w+)\//.exec(target)?.[1];
        if (other && other !== folder) edges.set(folder, (edges.get(folder) ?? new Set()).add(other));
      }
    }
    // The generated index of the rules names the type of its entries.
    edges.get("rules")?.delete("service");
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(edges.get(from) ?? [])].some(
        (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
      );
    assert.deepEqual(
      [...edges.keys()].filter((folder) => reaches(folder, folder)),
      [],
    );
  });

  it("keeps files small: one subject each", () => {
    const long = [...["server", "client", "content", "test"].flatMap(sources)]
      .filter((path) => !path.includes(".gen."))
      .map((path) => [path, readFileSync(join(root, path), "utf8").split("\n").length] as const)
      .filter(([path, lines]) => lines > (reasons[path] === undefined ? 400 : 600))
      .map(([path, lines]) => `${path}: ${lines} lines`);
    assert.deepEqual(long, []);
  });

  it("takes the grammars from the packages that LOCK.json names", () => {
    const { files: locked } = JSON.parse(readFileSync(join(root, "grammars/LOCK.json"), "utf8"));
    for (const { from, version, sha256 } of locked) {
      const found = createHash("sha256")
        .update(readFileSync(join(root, "node_modules", from)))
        .digest("hex");
      const manifest = JSON.parse(readFileSync(join(root, "node_modules", from.split("/")[0], "package.json"), "utf8"));
      assert.equal(found, sha256, from);
      assert.equal(manifest.version, version, from);
    }
  });

  it("runs the lessons' programs on the SQLAlchemy that their texts are checked on", () => {
    const { wheels } = JSON.parse(readFileSync(join(root, "client/webview/runtime/LOCK.json"), "utf8"));
    const pins = readFileSync(join(root, "test/oracle/requirements/2.0.txt"), "utf8").split("\n");
    for (const { name, version } of wheels) assert.ok(pins.includes(`${name}==${version}`), name);
  });

  it("locks every version exactly, and no host", () => {
    const { devDependencies = {}, dependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const loose = Object.entries({ ...devDependencies, ...dependencies }).filter(
      ([, version]) => !/^\d/.test(String(version)),
    );
    assert.deepEqual(loose, []);
    assert.ok(!readFileSync(join(root, "package-lock.json"), "utf8").includes('"resolved"'));
  });

  it("says so on the first line of every generated file", () => {
    const generated = ["server", "client", "content"].flatMap(sources).filter((path) => path.includes(".gen."));
    assert.ok(generated.length > 0);
    for (const path of generated) {
      assert.match(readFileSync(join(root, path), "utf8").split("\n", 1)[0] ?? "", /generated by `/i, path);
    }
  });

  it("bundles a worker without a built-in module of Node's", () => {
    const { outputs } = JSON.parse(readFileSync(join(root, "out/meta/worker.json"), "utf8"));
    const inputs = Object.values<{ inputs: object; imports: { path: string }[] }>(outputs).flatMap((output) => [
      ...Object.keys(output.inputs),
      ...output.imports.map(({ path }) => path),
    ]);
    assert.deepEqual(
      inputs.filter((path) => path.startsWith("node:") && !optional.has(path)),
      [],
    );
  });
});

/** Files over 400 lines, and why each is still one subject. */
const reasons: Readonly<Record<string, string>> = {
  "server/src/syntax/node.ts": "one class a kind of syntax, each a few lines",
};

/** Asked for by web-tree-sitter behind a check for Node, never reached in a browser. */
const optional = new Set(["node:module", "node:fs/promises"]);

/** "session#identity-map" of every section of every lesson. */
const sections: readonly string[] = readdirSync(join(root, "content/lessons"))
  .filter((name) => /^\d+-/.test(name))
  .flatMap((name) => {
    const text = readFileSync(join(root, "content/lessons", name, "lesson.md"), "utf8");
    return [...text.matchAll(/\{#([a-z0-9-]+)\}/g)].map(([, id]) => `${name.replace(/^\d+-/, "")}#${id}`);
  });

describe("rules as a whole", () => {
  it("have ids of their own and titles that fit a line", () => {
    const ids = rules.map(({ rule }) => rule.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      rules.filter(({ rule }) => rule.title.length > 90).map(({ rule }) => rule.id),
      [],
    );
  });

  it("link lessons and sections that exist, and so does every name of the table", () => {
    const links = [
      ...rules.map(({ rule }) => [rule.id, rule.lesson] as const),
      ...taught.map(([pattern, lesson]) => [String(pattern), lesson] as const),
      ...allNames().map((api) => [api.name, lessonOf(api)] as const),
      ...Object.entries(sectionsOfEffect).flatMap(([effect, found]) => found.map((each) => [effect, each] as const)),
    ];
    const known = new Set(sections);
    assert.deepEqual(
      links.filter(([, link]) => !known.has(link)),
      [],
    );
  });

  it("leave to the lesson about the layers only what belongs to no part: events, modules, rare errors", () => {
    const rest = allNames().filter((api) => lessonOf(api) === ground && api.kind !== "module");
    const elsewhere = /^sqlalchemy\.(event|events|exc|util|log)\.|^sqlalchemy\.__version__$/;
    assert.deepEqual(
      rest.map(({ name }) => name).filter((name) => !elsewhere.test(name)),
      [],
    );
  });

  it("lead to every lesson: each has something that occurs in code", () => {
    const reached = [
      ...taught.map(([, lesson]) => lesson),
      ...rules.map(({ rule }) => rule.lesson),
      ...Object.values(sectionsOfEffect).flat(),
    ].map((link) => link.split("#")[0]);
    const lessons = new Set(sections.map((section) => section.split("#")[0]));
    assert.deepEqual(
      [...lessons].filter((lesson) => !reached.includes(lesson)),
      [],
    );
  });

  it("have a page of prose each", () => {
    assert.deepEqual(
      rules.map(({ rule }) => rule.id).filter((id) => !existsSync(join(root, `content/rules/${id}.md`))),
      [],
    );
  });
});
