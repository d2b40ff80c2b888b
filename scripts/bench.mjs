// Prints the ratios that we hold ourselves to, each against a reference measured in the same minute: `npm run bench`.
// A benchmark, never a test: the machine's load is printed beside the figures.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { timeActivation } from "./bench/activation.mjs";
import { timeEdits, timeStart } from "./bench/language_server.mjs";
import { timeParse } from "./bench/parse.mjs";
import { oracle } from "./oracle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? 5);
const cli = join(root, "dist/cli.js");

const { folder } = await oracle("2.0");
const sqlalchemy = join(folder, "sqlalchemy");
const standardLibrary = spawnSync("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
  encoding: "utf8",
}).stdout.trim();
const libraryParts = ["asyncio", "email", "json", "http", "unittest", "multiprocessing", "importlib", "encodings"].map(
  (part) => join(standardLibrary, part),
);

console.log(
  `load ${loadavg()
    .map((load) => load.toFixed(2))
    .join(" ")}, ${rounds} rounds, minimum (median)\n`,
);
console.log("what                                                      ours      reference      ratio   goal");

let emptyProcess;
const check = (...paths) => [
  process.execPath,
  cli,
  "check",
  ...paths,
  "--jobs",
  "1",
  "--fail-on",
  "never",
  "--format",
  "json",
];
await pair(
  "P1 check / ast.parse, files with SQLAlchemy (CPU s)",
  2.2,
  () => cpu(check(sqlalchemy)),
  () => cpu(["python3", join(root, "scripts/bench/ast_parse.py"), sqlalchemy]),
);
await pair(
  "P2 check / walk and read, files without (CPU s)",
  1.6,
  () => cpu(check(...libraryParts)),
  () =>
    libraryParts.reduce((sum, part) => sum + cpu([process.execPath, join(root, "scripts/bench/walk.mjs"), part]), 0) -
    (libraryParts.length - 1) * bareNode(),
);
const long = longProgram(10_000);
await pair(
  "P5 edit to diagnostics / full parse, 10,000 lines (ms)",
  0.25,
  async () => median(await timeEdits(root, long, 12)),
  () => timeParse(root, long),
);
await pair(
  "P8 spawn to initialize / node -e 0 (ms)",
  2.6,
  () => timeStart(root),
  () => wall([process.execPath, "-e", "0"]),
);
const sessions = [];
for (let round = 0; round < Math.min(rounds, 3); round++) sessions.push(await timeActivation(root));
report(
  "P9 our activate / that of CSS's language features (ms)",
  1,
  sessions.map(({ ours }) => ours),
  sessions.map(({ reference }) => reference),
);

function cpu(command) {
  const { stdout } = spawnSync("python3", [join(root, "scripts/bench/cpu.py"), ...command], { encoding: "utf8" });
  return Number(stdout);
}

function bareNode() {
  emptyProcess ??= Math.min(...[1, 2, 3].map(() => cpu([process.execPath, "-e", "0"])));
  return emptyProcess;
}

function wall(command) {
  const started = performance.now();
  spawnSync(command[0], command.slice(1));
  return performance.now() - started;
}

/** Rounds of both in turn, so that a slower minute of the machine slows both. */
async function pair(what, goal, ours, reference) {
  const a = [];
  const b = [];
  for (let round = 0; round < rounds; round++) {
    a.push(await ours());
    b.push(await reference());
  }
  report(what, goal, a, b);
}

function report(what, goal, ours, reference) {
  const ratio = Math.min(...ours) / Math.min(...reference);
  const show = (figures) => `${Math.min(...figures).toFixed(2)} (${median(figures).toFixed(2)})`.padStart(14);
  console.log(
    `${what.padEnd(54)}${show(ours)}${show(reference)}   ${ratio.toFixed(2).padStart(6)}   ${goal} ${ratio <= goal ? "met" : "MISSED"}`,
  );
}

function median(figures) {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/** Real programs, one after the other, up to a number of lines. */
function longProgram(lines) {
  const orm = join(sqlalchemy, "orm");
  const texts = [];
  let count = 0;
  for (const name of readdirSync(orm).sort()) {
    if (!name.endsWith(".py") || count >= lines) continue;
    const text = readFileSync(join(orm, name), "utf8").replace(/^from __future__.*$/gm, "");
    texts.push(text);
    count += text.split("\n").length;
  }
  return texts.join("\n");
}
