// A workspace of 10,000 files in the language server. What a figure must be is our own goal.
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { maximum, median } from "./figures.mjs";
import { places, writeWorkspace } from "./generate.mjs";
import { cpuOf } from "./processes.mjs";

const files = 10_000;
const rounds = 3;

/** @type {readonly import("./run.mjs").Measurement[]} */
export const workspace = [
  {
    id: "W1",
    what: "index of 10,000 files / walk and read (CPU s)",
    must: 4,
    rounds,
    ours: async (context) => (await indexed(context)).cpu,
    reference: (context) => walk(context),
  },
  {
    id: "W2",
    what: "index and all findings / walk, read and ast.parse of files that reach (CPU s)",
    must: 3,
    rounds,
    ours: async (context) => (await allFindings(context, newCache(context))).cpu,
    reference: (context) => walk(context) + parseReached(context),
  },
  {
    id: "W3",
    what: "the same at the second start / at the first (CPU s)",
    must: 0.5,
    rounds,
    ours: async (context) => {
      const cache = newCache(context);
      context.once("first starts", () => []).push((await allFindings(context, cache)).cpu);
      return (await allFindings(context, cache)).cpu;
    },
    reference: (context) => context.once("first starts", () => []).shift(),
  },
  {
    id: "W4",
    what: "edit of a leaf to its diagnostics (ms)",
    must: 50,
    rounds: 1,
    figure: maximum,
    ours: (context) => edits(context, places.leaf, bodyEdit),
  },
  {
    id: "W5",
    what: "edit in a body of the hub to the diagnostics of 20 open importers (ms)",
    must: 100,
    rounds: 1,
    figure: maximum,
    ours: (context) => edits(context, places.hub, bodyEdit),
  },
  {
    id: "W6",
    what: "edit of what the hub means to the same (ms)",
    must: 500,
    rounds: 1,
    figure: maximum,
    ours: (context) => edits(context, places.hub, meaningEdit),
  },
  {
    id: "W7",
    what: "resident memory after all findings, 10,000 files (MB)",
    must: 600,
    rounds: 1,
    figure: maximum,
    ours: async (context) => (await allFindings(context, newCache(context))).resident,
  },
];

const folderOf = (context) =>
  context.once("workspace", () => {
    const folder = join(context.folder, "workspace");
    writeWorkspace(folder, files);
    return folder;
  });

const newCache = (context) => mkdtempSync(join(context.folder, "cache-"));

const start = (context, cache, settings = {}) =>
  context.server({
    folder: pathToFileURL(folderOf(context)).href,
    cache,
    settings: { index: { maxFiles: 100_000 }, ...settings },
  });

const walk = (context) => cpuOf([process.execPath, join(context.root, "scripts/bench/walk.mjs"), folderOf(context)]);
const parseReached = (context) =>
  cpuOf(["python3", join(context.root, "scripts/bench/ast_parse.py"), join(folderOf(context), "app")]);

async function indexed(context) {
  const server = await start(context, newCache(context));
  const { known } = await server.indexed();
  if (known < files * 0.98) throw new Error(`only ${known} files are known`);
  const cpu = server.cpu() / 1000;
  await server.stop();
  return { cpu };
}

async function allFindings(context, cache) {
  const server = await start(context, cache, { diagnostics: { workspace: true } });
  await server.indexed();
  const { items } = await server.request("workspace/diagnostic", { previousResultIds: [] });
  if (items.length < files * 0.08) throw new Error(`only ${items.length} files have findings`);
  const figures = { cpu: server.cpu() / 1000, resident: server.resident() };
  await server.stop();
  return figures;
}

const bodyEdit = (text) => [text.split("\n").findLastIndex((line) => /^ +return \w/.test(line)), "x"];
const meaningEdit = (text) => [text.split("\n").findIndex((line) => line.startsWith("def get_session")), "#"];

/** The middle time from an edit of `path` until it and what else is open have their diagnostics again. */
async function edits(context, path, editOf) {
  const folder = folderOf(context);
  const server = await start(context, newCache(context));
  await server.indexed();
  const paths = [path, ...Array.from({ length: 20 }, (_, index) => `app/services/service_${index + 1}.py`)];
  const documents = paths.map((each) => {
    const file = join(folder, each);
    return { uri: pathToFileURL(file).href, text: readFileSync(file, "utf8") };
  });
  const asked = path === places.leaf ? documents.slice(0, 1) : documents;
  for (const { uri, text } of documents) server.open(uri, text);
  for (const { uri } of documents) await server.diagnostics(uri);
  const [{ uri, text }] = documents;
  const [line, piece] = editOf(text);
  const at = piece === "#" ? 0 : text.split("\n")[line].length;
  const figures = [];
  for (let version = 1; version <= 16; version++) {
    const isTyped = version % 2 === 1;
    const started = performance.now();
    server.edit(uri, version, line, [at, isTyped ? at : at + 1], isTyped ? piece : "");
    await Promise.all(asked.map((document) => server.diagnostics(document.uri)));
    figures.push(performance.now() - started);
  }
  await server.stop();
  return median(figures.slice(4));
}
