import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import type * as Files from "../../client/src/workspace_files.ts";
import { findFilesRequest } from "../../server/src/protocol.ts";
import { projectRoot } from "../host/project.ts";
import type * as Fake from "./fake_vscode.ts";

type Find = (params: { folder: string; kind: "python" | "pins"; limit: number }) => Promise<string[]>;

describe("the files of a workspace behind a virtual file system without a search", () => {
  let find: Find;
  let fake: typeof Fake;
  before(async () => {
    const outfile = join(projectRoot, "out/workspace_files_under_test.mjs");
    await esbuild.build({
      stdin: {
        contents: 'export * from "./client/src/workspace_files.ts"; export * as fake from "vscode";',
        resolveDir: projectRoot,
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      alias: { vscode: join(projectRoot, "test/client/fake_vscode.ts") },
    });
    const made: typeof Files & { fake: typeof Fake } = await import(pathToFileURL(outfile).href);
    fake = made.fake;
    const answers = new Map<string, Find>();
    const client = { onRequest: (name: string, answer: Find) => answers.set(name, answer) };
    made.serveFiles(client as never);
    find = (params) => (answers.get(findFilesRequest) as Find)(params);
  });
  beforeEach(() => fake.files.clear());

  function write(...paths: string[]): void {
    for (const path of paths) fake.files.set(path, "");
  }

  it("are all Python files, but for those of others", async () => {
    write(
      "/w/app.py",
      "/w/a/b/c.pyi",
      "/w/a/notes.txt",
      "/w/.venv/x.py",
      "/w/a/node_modules/y.py",
      "/w/z.egg-info/z.py",
    );
    assert.deepEqual(await find({ folder: "bare:/w", kind: "python", limit: 100 }), [
      "bare:/w/a/b/c.pyi",
      "bare:/w/app.py",
    ]);
  });

  it("may hold a pin in the folder and the folders in it, no deeper", async () => {
    write("/w/requirements.txt", "/w/a/pyproject.toml", "/w/a/b/deep.txt");
    assert.deepEqual(await find({ folder: "bare:/w", kind: "pins", limit: 100 }), [
      "bare:/w/a/pyproject.toml",
      "bare:/w/requirements.txt",
    ]);
  });

  it("are as many as were asked for, the nearest first", async () => {
    write("/w/a/b/1.py", "/w/a/2.py", "/w/3.py");
    assert.deepEqual(await find({ folder: "bare:/w", kind: "python", limit: 2 }), ["bare:/w/3.py", "bare:/w/a/2.py"]);
  });

  it("are none where the folder is gone, and none on a disk that a search knows", async () => {
    assert.deepEqual(await find({ folder: "bare:/w", kind: "python", limit: 100 }), []);
    write("/w/app.py");
    assert.deepEqual(await find({ folder: "file:/w", kind: "python", limit: 100 }), []);
  });
});
