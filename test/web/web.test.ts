import assert from "node:assert/strict";
import { join } from "node:path";
import { compileSuite, projectRoot } from "../host/index.ts";
import { runWebSuite } from "./index.ts";

const fixtures = join(projectRoot, "test/host/fixtures");
const workspace = join(fixtures, "workspace");
const silent = () => undefined;

describe("the web host of VS Code suites", () => {
  it("runs a suite beside an extension, both in a worker, and tells that it passed", async () => {
    const suite = await compileSuite([join(fixtures, "probe.suite.ts")], "web");
    const { code, output } = await runWebSuite({
      extensionDir: join(fixtures, "probe"),
      workspace,
      suite,
      onLine: silent,
    });
    assert.equal(code, 0);
    assert.match(output.join("\n"), /2 passing/);
  });

  it("tells a failing suite by its code and its report", async () => {
    const suite = await compileSuite([join(fixtures, "failing.suite.ts")], "web");
    const { code, output } = await runWebSuite({
      extensionDir: join(fixtures, "probe"),
      workspace,
      suite,
      onLine: silent,
    });
    assert.notEqual(code, 0);
    assert.match(output.join("\n"), /1 passing.*1 failing.*expected text/s);
  });

  it("runs our extension", async () => {
    const suite = await compileSuite([join(projectRoot, "test/host/suite/smoke.suite.ts")], "web");
    const { code, output } = await runWebSuite({ extensionDir: projectRoot, workspace, suite });
    assert.equal(code, 0, output.join("\n"));
  });
});
