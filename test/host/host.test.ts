import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileSuite, openWorkbench, projectRoot, runSuite, startServer, vscodeServer } from "./index.ts";
import { run } from "./run.ts";
import { logProgress } from "./workbench.ts";

const fixtures = join(projectRoot, "test/host/fixtures");
const probe = { extensionDir: join(fixtures, "probe"), workspace: join(fixtures, "workspace") };
const silent = () => undefined;

describe("the host of VS Code suites", () => {
  it("runs a suite beside an extension and tells that it passed", async () => {
    const suite = await compileSuite([join(fixtures, "probe.suite.ts")], "node");
    const { code, output } = await runSuite({ ...probe, suite, onLine: silent });
    assert.equal(code, 0);
    assert.match(output.join("\n"), /2 passing/);
  });

  it("tells a failing suite by its code and its report", async () => {
    const suite = await compileSuite([join(fixtures, "failing.suite.ts")], "node");
    const { code, output } = await runSuite({ ...probe, suite, onLine: silent });
    assert.notEqual(code, 0);
    assert.match(output.join("\n"), /1 passing.*1 failing.*expected text/s);
  });

  it("runs our extension as its package installs it: what a person does with the sample workspace", async () => {
    const vsix = join(projectRoot, "out/host/extension.vsix");
    await run(process.execPath, [join(projectRoot, "scripts/package.mjs"), "--no-build", "--out", vsix]);
    const suites = ["smoke", "journey"].map((name) => join(projectRoot, `test/host/suite/${name}.suite.ts`));
    const suite = await compileSuite(suites, "node");
    const workspace = join(projectRoot, "content/sample");
    const { code, output } = await runSuite({ vsix, workspace, suite });
    assert.equal(code, 0, output.join("\n"));
  });
});

describe("the live workbench", () => {
  it("shows what a person sees: theme, file, command, hover, code actions, webview", async () => {
    const workbench = await openWorkbench({ ...probe, theme: "highContrastLight" });
    try {
      const { page } = workbench;
      await page.locator(".monaco-workbench.hc-light").waitFor();
      await workbench.openFile("hello.py");
      assert.equal(await workbench.hover('print("'), "A hover over print");
      assert.deepEqual(await workbench.codeActions("hello"), ["Shout"]);
      await page.keyboard.press("Escape");
      await workbench.runCommand("Probe: Greet");
      await page.locator(".statusbar").getByText("Hello you").waitFor();
      await workbench.runCommand("Probe: Open Panel");
      const panel = await workbench.webview();
      assert.equal(await panel.evaluate(() => document.querySelector("h1")?.textContent), "A panel");
    } finally {
      await workbench.close();
    }
  });

  it("opens the folder in restricted mode when it is told to", async () => {
    const { page, close } = await openWorkbench({ ...probe, workspaceTrust: true });
    try {
      await page.locator(".statusbar").getByText("Restricted Mode").waitFor();
    } finally {
      await close();
    }
  });
});

describe("VS Code Server", () => {
  it("takes its user data with it when it is stopped", async () => {
    const { serverMain } = await vscodeServer(logProgress);
    const { data, stop } = await startServer({ serverMain });
    assert.ok(existsSync(join(data, "data/User/settings.json")));
    await stop();
    assert.ok(!existsSync(data));
  });

  it("says what it printed when it cannot start", async () => {
    await assert.rejects(startServer({ serverMain: "no-such-script.js" }), /Cannot find module .*no-such-script\.js/);
  });

  it("does not outlive the process that started it, even one that is killed", async () => {
    const { serverMain } = await vscodeServer(logProgress);
    const script = `
      import { load } from ${JSON.stringify(join(projectRoot, "test/host/load.mjs"))};
      const { startServer } = await load("host");
      console.log((await startServer({ serverMain: ${JSON.stringify(serverMain)} })).authority);`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [authority] = await once(createInterface(parent.stdout), "line");
    const socket = connect(Number(String(authority).split(":")[1]), "127.0.0.1");
    await once(socket, "connect");
    const closed = new Promise((done) => socket.on("error", silent).once("close", done));
    parent.kill("SIGKILL");
    await closed;
  });
});
