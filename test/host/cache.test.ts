import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { installed, systemTools, temporaryFolder } from "./index.ts";

const silent = () => undefined;

describe("the cache of private packages", () => {
  let manifestDir: string;
  const made: string[] = [];

  beforeEach(async () => {
    manifestDir = await temporaryFolder("manifest");
    const name = basename(manifestDir);
    const manifest = { name, version: "1.0.0" };
    await writeFile(join(manifestDir, "package.json"), JSON.stringify(manifest));
    const lock = { name, lockfileVersion: 3, requires: true, packages: { "": manifest } };
    await writeFile(join(manifestDir, "package-lock.json"), JSON.stringify(lock));
  });

  afterEach(async () => {
    for (const folder of [manifestDir, ...made.splice(0)]) await rm(folder, { recursive: true, force: true });
  });

  it("installs once for all who ask at the same time", async () => {
    let finished = 0;
    const finish = async (folder: string) => {
      finished += 1;
      await writeFile(join(folder, "finished"), "");
    };
    const folders = await Promise.all([1, 2, 3].map(() => installed({ name: "test", manifestDir, finish }, silent)));
    made.push(...folders);
    assert.equal(new Set(folders).size, 1);
    assert.equal(finished, 1);
    assert.ok(existsSync(join(folders[0] ?? "", "finished")));
  });

  it("makes another folder for another key", async () => {
    const folders = await Promise.all(["a", "b"].map((key) => installed({ name: "test", manifestDir, key }, silent)));
    made.push(...folders);
    assert.equal(new Set(folders).size, 2);
  });

  it("leaves nothing of an installation that failed", async () => {
    const finish = () => Promise.reject(new Error("no compiler"));
    await assert.rejects(installed({ name: "test", manifestDir, finish }, silent), /no compiler/);
    const folder = await installed({ name: "test", manifestDir }, silent);
    made.push(folder);
    const beside = await readdir(dirname(folder));
    assert.deepEqual(
      beside.filter((entry) => entry.startsWith(basename(folder))),
      [basename(folder)],
    );
  });

  it("does not wait for an installer that died", async () => {
    const folder = await installed({ name: "test", manifestDir }, silent);
    made.push(folder);
    await rm(folder, { recursive: true });
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(`${folder}.lock`, String(pid));
    assert.equal(await installed({ name: "test", manifestDir }, silent), folder);
    assert.ok(!existsSync(`${folder}.lock`));
  });
});

describe("the system's tools", () => {
  const before = { PATH: process.env["PATH"], CHROME_PATH: process.env["CHROME_PATH"] };

  afterEach(() => {
    process.env["PATH"] = before.PATH;
    if (before.CHROME_PATH !== undefined) process.env["CHROME_PATH"] = before.CHROME_PATH;
  });

  it("are asked for in one line when they are missing and cannot be installed", async () => {
    process.env["PATH"] = "";
    delete process.env["CHROME_PATH"];
    await assert.rejects(systemTools(["chromium", "ripgrep"], silent), {
      message: /^this machine lacks chromium, ripgrep: sudo apt-get install chromium ripgrep .*$/,
    });
  });
});
