import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { listFiles, PackageManager } from "@vscode/vsce";
import { projectRoot } from "./index.ts";

describe("the package", () => {
  let files: readonly string[];

  before(async () => {
    files = await listFiles({ cwd: projectRoot, packageManager: PackageManager.None });
  });

  it("holds what the manifest points at", () => {
    const { main, browser, icon } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    for (const [field, file] of Object.entries({ main, browser, icon })) {
      assert.equal(typeof file, "string", `the manifest has no "${field}"`);
      assert.ok(files.includes(join(".", file)), `${file} is not packed`);
    }
    for (const file of ["README.md", "LICENSE", "CHANGELOG.md"])
      assert.ok(files.includes(file), `${file} is not packed`);
  });

  it("holds what runs the lessons' programs, with its licences, in at most 12 MB in all", () => {
    const parts = JSON.parse(readFileSync(join(projectRoot, "dist/runtime/parts.json"), "utf8"));
    for (const name of [...Object.keys(parts), "parts.json", "LICENSES.txt"]) {
      assert.ok(files.includes(`dist/runtime/${name}`), `${name} is not packed`);
    }
    const size = files.reduce((sum, file) => sum + deflateRawSync(readFileSync(join(projectRoot, file))).length, 0);
    assert.ok(size <= 12e6, `${(size / 1e6).toFixed(1)} MB`);
  });

  it("holds nothing that does not run or is not read", () => {
    const expected =
      /^(package(\.nls(\.[\w-]+)?)?\.json|(README|CHANGELOG)\.md|LICENSE|(client\/media|dist|l10n)\/.+)$/;
    const unwanted = /\.(map|ts|mjs|vsix)$|(^|\/)(node_modules|test)\//;
    assert.deepEqual(
      files.filter((file) => !expected.test(file) || unwanted.test(file)),
      [],
    );
  });
});
