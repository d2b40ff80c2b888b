import assert from "node:assert/strict";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { desktop, hasDisplay, projectRoot, runSuite, temporaryFolder } from "./index.ts";

const workspace = join(projectRoot, "test/host/fixtures/workspace");
const silent = () => undefined;

describe("the desktop back end", () => {
  let folder: string;
  const before = { PATH: process.env["PATH"], COACH_HOST: process.env["COACH_HOST"] };

  beforeEach(async () => {
    folder = await temporaryFolder("editor");
  });

  afterEach(async () => {
    Object.assign(process.env, before);
    if (before.COACH_HOST === undefined) delete process.env["COACH_HOST"];
    await rm(folder, { recursive: true, force: true });
  });

  it("needs a display, which Windows and macOS always have", () => {
    assert.equal(hasDisplay({}, "linux"), false);
    assert.equal(hasDisplay({ DISPLAY: ":0" }, "linux"), true);
    assert.equal(hasDisplay({ WAYLAND_DISPLAY: "wayland-0" }, "linux"), true);
    assert.equal(hasDisplay({}, "darwin"), true);
  });

  it("stands back where VS Code Server is asked for", async () => {
    assert.equal(await desktop("server", silent), undefined);
  });

  it("hands the suite to the installed editor, and takes its report and its exit code", async () => {
    const editor = `#!${process.execPath}
      const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split("=")));
      console.log("a line of the editor's own");
      console.log("\\u00a6suite\\u00a6   tests " + given["--extensionTestsPath"] + " beside " + given["--extensionDevelopmentPath"]);
      process.exit(7);`;
    await mkdir(join(folder, "bin"));
    for (const file of ["code", "bin/code"]) {
      await writeFile(join(folder, file), editor);
      await chmod(join(folder, file), 0o755);
    }
    process.env["PATH"] = join(folder, "bin");
    process.env["COACH_HOST"] = "desktop";
    const result = await runSuite({ extensionDir: "/extension", suite: "/suite.cjs", workspace, onLine: silent });
    assert.deepEqual(result, {
      code: 7,
      output: ["  tests /suite.cjs beside /extension"],
      log: ["a line of the editor's own"],
    });
  });
});
