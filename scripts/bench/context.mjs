// What measurements share: made when it is first asked for, removed at the end.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { oracle, pythonPackages } from "../oracle.mjs";
import { loadAnalyser } from "./analyser.mjs";
import { createParse } from "./parse.mjs";
import { startServer } from "./server.mjs";

/** @typedef {ReturnType<typeof createContext>} Context */

/** @param {string} root the repository's; dist/ is built */
export function createContext(root) {
  const folder = mkdtempSync(join(tmpdir(), "coach-bench-"));
  const disposals = [];
  const made = new Map();
  const once = (key, make) => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key);
  };
  const context = {
    root,
    /** Absolute, empty at the start and removed at the end. */
    folder,
    cli: join(root, "dist/cli.js"),
    once,
    /** SQLAlchemy's own sources, in a folder of their own: files in which it is used everywhere. */
    sqlalchemy: () =>
      once("sqlalchemy", async () => {
        const copy = join(folder, "library/sqlalchemy");
        cpSync(join((await oracle("2.0")).folder, "sqlalchemy"), copy, { recursive: true });
        return copy;
      }),
    /** A part of them that slow tools can read as well. */
    part: () =>
      once("part", async () => {
        const copy = join(folder, "part/engine");
        cpSync(join(await context.sqlalchemy(), "engine"), copy, { recursive: true });
        return copy;
      }),
    /** Other tools for Python, as packages of an interpreter. */
    tools: () => once("tools", () => pythonPackages(join(root, "scripts/bench/requirements/tools.txt"))),
    /** Parts of Python's library, in a folder of their own: files that never name SQLAlchemy, and no project around them. */
    standardLibrary: () =>
      once("standard library", () => {
        const copy = join(folder, "standard");
        for (const part of standardLibrary()) cpSync(part, join(copy, basename(part)), { recursive: true });
        return copy;
      }),
    analyser: () => once("analyser", () => loadAnalyser(root, folder)),
    parse: () => once("parse", () => createParse(root)),
    /** A language server that is stopped at the end, at the latest. */
    async server(options) {
      const server = await startServer(root, options);
      disposals.push(() => server.stop());
      return server;
    },
    async dispose() {
      for (const dispose of disposals) await dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return context;
}

function standardLibrary() {
  const { stdout } = spawnSync("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
    encoding: "utf8",
  });
  const parts = ["asyncio", "email", "json", "http", "unittest", "multiprocessing", "importlib", "encodings"];
  return parts.map((part) => join(stdout.trim(), part));
}
