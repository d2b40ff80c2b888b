// `check` beside other tools that read the same files.
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { set } from "./analyser.mjs";
import { cpuHere, cpuOf } from "./processes.mjs";
import { libraryProgram } from "./programs.mjs";

const check = ({ cli }, paths, cache = ["--no-cache"]) =>
  cpuOf([
    process.execPath,
    cli,
    ...["check", ...paths, "--jobs", "1", "--fail-on", "never", "--format", "json"],
    ...cache,
  ]);

const script = ({ root }, name) => join(root, "scripts/bench", name);

/** Processor seconds of a Python tool on the part of the library; a linter that finds something ends with another status. */
async function tool(context, ...command) {
  const { python, env } = await context.tools();
  return cpuOf([python, ...command, await context.part()], { env, allowed: [0, 1, 2, 4, 8, 16, 18, 20, 22, 24, 30] });
}

/** @type {readonly import("./run.mjs").Measurement[]} */
export const commandLine = [
  {
    id: "P1",
    what: "check / ast.parse, files with SQLAlchemy (CPU s)",
    must: 2.2,
    ours: async (context) => check(context, [await context.sqlalchemy()]),
    reference: async (context) => cpuOf(["python3", script(context, "ast_parse.py"), await context.sqlalchemy()]),
  },
  {
    id: "P2",
    what: "check / walk and read, files without (CPU s)",
    must: 1.6,
    ours: (context) => check(context, [context.standardLibrary()]),
    reference: (context) => cpuOf([process.execPath, script(context, "walk.mjs"), context.standardLibrary()]),
  },
  {
    id: "P3",
    what: "check / pyflakes, sqlalchemy.engine (CPU s)",
    must: 0.4,
    ours: async (context) => check(context, [await context.part()]),
    reference: (context) => tool(context, "-m", "pyflakes"),
  },
  {
    id: "P3",
    what: "check / pylint -E, the same files",
    must: 0.03,
    rounds: 2,
    ours: async (context) => check(context, [await context.part()]),
    reference: (context) => tool(context, "-m", "pylint", "-E", "--persistent=n"),
  },
  {
    id: "P3",
    what: "check / a libcst codemod with qualified names, the same files",
    must: 0.03,
    rounds: 2,
    ours: async (context) => check(context, [await context.part()]),
    reference: (context) => tool(context, script(context, "codemod.py")),
  },
  {
    id: "P4",
    what: "all our rules / ruff's F in WebAssembly, in process, 3,500 lines (CPU ms)",
    must: 1,
    ours: async (context) => {
      const service = (await context.analyser())();
      const text = libraryProgram(await context.sqlalchemy(), 3500);
      const took = await cpuHere(() => {
        service.apply([set("file:///bench/program.py", text)]);
        service.findings("file:///bench/program.py");
      });
      service.dispose();
      return took;
    },
    reference: async (context) => {
      const ruff = context.once("ruff", () => {
        const { Workspace, PositionEncoding } = createRequire(import.meta.url)("@astral-sh/ruff-wasm-nodejs");
        return new Workspace({ lint: { select: ["F"] } }, PositionEncoding.Utf16);
      });
      const text = libraryProgram(await context.sqlalchemy(), 3500);
      return cpuHere(() => ruff.check(text));
    },
  },
  {
    id: "P13",
    what: "second check / first, files with SQLAlchemy (CPU s)",
    must: 0.3,
    ours: async (context) => {
      const folder = mkdtempSync(join(context.folder, "kept-"));
      const run = async () => check(context, [await context.sqlalchemy()], ["--cache-dir", folder]);
      context.once("first checks", () => []).push(await run());
      return run();
    },
    reference: (context) => context.once("first checks", () => []).shift(),
  },
];
