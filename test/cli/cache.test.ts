import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskMemory, type Limits } from "../../server/src/main/disk_memory.ts";
import { cli, type Ended, inWorkspace, Workspace } from "./harness.ts";

const files = {
  "app/__init__.py": "",
  "app/db.py": `from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

Maker = sessionmaker(create_engine("sqlite://"))
`,
  "app/users.py": `from app.db import Maker

def one(model, key):
    with Maker() as session:
        return session.query(model).get(key)
`,
};
const check = (workspace: Workspace, ...args: string[]): Ended =>
  workspace.coach(["check", "--format", "json", "--cache-dir", "kept", ...args]);
const entries = (workspace: Workspace): string[] => readdirSync(workspace.at("kept")).sort();

describe("what check keeps between runs", () => {
  it("changes nothing of what it prints, and is written only for what changed", () =>
    inWorkspace(files, (workspace) => {
      const first = check(workspace);
      assert.match(first.stdout, /query-get/);
      const kept = entries(workspace);
      const times = kept.map((name) => statSync(workspace.at(`kept/${name}`)).mtimeMs);
      assert.ok(kept.length >= 2);
      assert.deepEqual(check(workspace), first);
      assert.deepEqual(
        kept.map((name) => statSync(workspace.at(`kept/${name}`)).mtimeMs),
        times,
        "nothing is written the second time",
      );
      workspace.write("app/db.py", `${files["app/db.py"]}\nMaker = object()\n`);
      assert.equal(check(workspace).stdout, check(workspace, "--no-cache").stdout);
      assert.doesNotMatch(check(workspace).stdout, /"certain"/);
    }));

  it("keeps nothing with --no-cache", () =>
    inWorkspace(files, (workspace) => {
      check(workspace, "--no-cache");
      assert.throws(() => entries(workspace), /ENOENT/);
    }));

  it("is left alone where it is cut off, empty, foreign or no file, and replaced", () =>
    inWorkspace(files, (workspace) => {
      const first = check(workspace);
      const names = entries(workspace);
      const whole = names.map((name) => workspace.read(`kept/${name}`));
      const damages: readonly ((text: string) => string)[] = [
        (text) => text.slice(0, -5),
        () => "",
        () => "\0\n{}",
        (text) => text.replace(/^\w/, (digit) => (digit === "0" ? "1" : "0")),
        (text) => text.replace("legacy", "raises"),
      ];
      for (const damage of damages) {
        for (const [index, name] of names.entries()) workspace.write(`kept/${name}`, damage(whole[index] ?? ""));
        assert.deepEqual(check(workspace), first);
        assert.deepEqual(
          names.map((name) => workspace.read(`kept/${name}`)),
          whole,
        );
      }
    }));

  it("can't be kept where the folder is a file: everything else works, and it is told once", () =>
    inWorkspace({ ...files, kept: "" }, (workspace) => {
      const { stdout, stderr, status } = check(workspace);
      assert.equal(stdout, check(workspace, "--no-cache").stdout);
      assert.equal(status, 0);
      assert.match(stderr, /^sqlalchemy-coach: nothing can be kept in the cache folder .*\n$/);
    }));

  it("is whole after several processes wrote it at once", async () => {
    const workspace = new Workspace(files);
    try {
      const args = [cli, "check", "--format", "json", "--cache-dir", "kept"];
      const runs = Array.from({ length: 4 }, () => spawn(process.execPath, args, { cwd: workspace.folder }));
      const codes = await Promise.all(runs.map((run) => new Promise((done) => run.once("exit", done))));
      assert.deepEqual(codes, [0, 0, 0, 0]);
      assert.ok(entries(workspace).every((name) => /^[0-9a-f]{40}$/.test(name)));
      assert.equal(check(workspace).stdout, check(workspace, "--no-cache").stdout);
    } finally {
      workspace.remove();
    }
  });

  const memoryIn = (workspace: Workspace, limits?: Limits) => {
    const notes: string[] = [];
    const note = (message: string) => notes.push(message);
    const folder = workspace.at("kept");
    return { notes, ...diskMemory({ folder, program: cli, note, ...(limits && { limits }) }) };
  };

  it("stays small: the oldest entries go", () =>
    inWorkspace({}, (workspace) => {
      const limits = { entries: 8, bytes: 100_000, bytesOfOne: 1000 };
      const memory = memoryIn(workspace, limits);
      const keyOf = (index: number): string => memory.digest(String(index));
      for (let index = 0; index < 20; index++) {
        memory.keep(keyOf(index), `value ${index}`);
        utimesSync(workspace.at(`kept/${keyOf(index)}`), index, index);
      }
      writeFileSync(workspace.at("kept/of-somebody-else"), "");
      const next = memoryIn(workspace, limits);
      next.keep(keyOf(20), "value 20");
      next.keep(keyOf(21), "x".repeat(1001));
      const left = Array.from({ length: 22 }, (_, index) => index).filter((index) => next.recall(keyOf(index)));
      assert.deepEqual(left, [14, 15, 16, 17, 18, 19, 20]);
      assert.ok(entries(workspace).includes("of-somebody-else"));
    }));

  it("is of one build of the program: another one recalls nothing of it", () =>
    inWorkspace({ other: "another build" }, (workspace) => {
      const memory = memoryIn(workspace);
      const key = memory.digest("a text");
      memory.keep(key, "value");
      assert.equal(memory.recall(key), "value");
      const folder = workspace.at("kept");
      const other = diskMemory({ folder, program: workspace.at("other"), note: () => undefined });
      assert.equal(other.recall(key), undefined);
      assert.equal(readFileSync(join(folder, key), "utf8").split("\n")[1], "value");
    }));

  it("a folder that can't be written is told once", () =>
    inWorkspace({}, (workspace) => {
      mkdirSync(workspace.at("kept"));
      // Root may write anywhere but below a file.
      writeFileSync(workspace.at("kept/in-the-way"), "");
      chmodSync(workspace.at("kept"), 0o500);
      const notes: string[] = [];
      const folder = workspace.at("kept/in-the-way/deeper");
      const memory = diskMemory({ folder, program: cli, note: (message) => notes.push(message) });
      for (const text of ["a", "b", "c"]) memory.keep(memory.digest(text), text);
      assert.equal(notes.length, 1);
      assert.equal(memory.recall(memory.digest("a")), undefined);
      chmodSync(workspace.at("kept"), 0o700);
    }));
});
