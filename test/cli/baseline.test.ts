import assert from "node:assert/strict";
import { inWorkspace, type Workspace } from "./harness.ts";
import { models, raises, raisesRule, superseded } from "./samples.ts";

const files = { "models.py": models, "app/users.py": superseded, "app/raw.py": raises };

function withBaseline(workspace: Workspace): void {
  const { status, stderr } = workspace.coach(["check", "--write-baseline", "baseline.json"]);
  assert.equal(status, 0);
  assert.match(stderr, /2 findings written to baseline\.json/);
}

describe("a baseline", () => {
  it("takes out exactly what was there when it was written", () =>
    inWorkspace(files, (workspace) => {
      withBaseline(workspace);
      const report = workspace.check("--baseline", "baseline.json");
      assert.deepEqual(report.findings, []);
      assert.equal(report.baselined, 2);
      assert.equal(workspace.coach(["check", "--baseline", "baseline.json"]).status, 0);
    }));

  it("survives a hundred lines above, other indentation and other line ends", () =>
    inWorkspace(files, (workspace) => {
      withBaseline(workspace);
      const indented = raises.replace("    print", "        print");
      workspace.write("app/raw.py", `${"# a line\n".repeat(100)}${indented}`.replaceAll("\n", "\r\n"));
      assert.deepEqual(workspace.check("--baseline", "baseline.json").findings, []);
    }));

  it("tells of one more of the same, of another file and of changed code", () =>
    inWorkspace(files, (workspace) => {
      withBaseline(workspace);
      workspace.write("app/raw.py", `${raises}    connection.execute("SELECT 1")\n`);
      workspace.write("app/copy.py", raises);
      workspace.write("app/users.py", superseded.replace("get(key)", "get(key + 1)"));
      const report = workspace.check("--baseline", "baseline.json");
      assert.deepEqual(
        report.findings.map(({ path, start }) => `${path}:${start.line}`),
        ["app/copy.py:5", "app/raw.py:6", "app/users.py:7"],
      );
      assert.equal(report.baselined, 1);
      assert.equal(workspace.coach(["check", "--baseline", "baseline.json"]).status, 1);
    }));

  it("means the same from another working directory", () =>
    inWorkspace(files, (workspace) => {
      withBaseline(workspace);
      const { stdout } = workspace.coach(["check", "--format", "json", "--baseline", "../baseline.json"], {
        cwd: workspace.at("app"),
      });
      assert.deepEqual(JSON.parse(stdout).findings, []);
    }));

  it("comes from the settings, relative to them, and is written byte by byte the same", () =>
    inWorkspace({ ...files, "pyproject.toml": '[tool.sqlalchemy-coach]\nbaseline = "known.json"\n' }, (workspace) => {
      workspace.coach(["check", "--write-baseline", "known.json"]);
      const first = workspace.read("known.json");
      assert.ok(first.includes(raisesRule) && !first.includes(workspace.folder));
      const { stdout } = workspace.coach(["check", "--format", "json"], { cwd: workspace.at("app") });
      assert.deepEqual(JSON.parse(stdout).findings, []);
      workspace.coach(["check", "--write-baseline", "known.json", "--jobs", "2"]);
      assert.equal(workspace.read("known.json"), first);
    }));
});
