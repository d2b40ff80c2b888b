// Prints the ratios that we hold ourselves to, each against a reference measured in the same minute: `npm run bench`.
// A benchmark, never a test: the machine's load is printed beside the figures. Ends with 1 where a figure is missed.
//
//   node scripts/bench.mjs [--only P5,P6] [--rounds 7]      after npm run build; on Linux
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { commandLine } from "./bench/command_line.mjs";
import { createContext } from "./bench/context.mjs";
import { editing } from "./bench/editing.mjs";
import { memory } from "./bench/memory.mjs";
import { run } from "./bench/run.mjs";
import { starting } from "./bench/starting.mjs";
import { workspace } from "./bench/workspace.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string", default: "7" } } });
const all = [...commandLine, ...editing, ...starting, ...memory, ...workspace];
const ids = new Set(all.map(({ id }) => id));
const wanted = new Set(values.only?.split(",") ?? ids);
const unknown = [...wanted].filter((id) => !ids.has(id));
const rounds = Number(values.rounds);

if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`bench: --rounds is a number; --only takes ${[...ids].join(",")}`);
  process.exit(2);
}
if (!existsSync(join(root, "dist/server.js"))) {
  console.error("bench: there is nothing to measure yet: npm run build");
  process.exit(2);
}

const context = createContext(root);
try {
  const chosen = all.filter(({ id }) => wanted.has(id));
  process.exitCode = (await run(chosen, context, rounds)) === 0 ? 0 : 1;
} finally {
  await context.dispose();
}
