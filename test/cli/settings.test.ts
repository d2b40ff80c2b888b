import assert from "node:assert/strict";
import { inWorkspace } from "./harness.ts";
import { models, raises, raisesRule, superseded, supersededFixed, supersededRule } from "./samples.ts";

const files = { "models.py": models, "app/users.py": superseded, "app/raw.py": raises };
const settings = (text: string): string => `[project]\nname = "x"\n\n[tool.sqlalchemy-coach]\n${text}`;

describe("[tool.sqlalchemy-coach]", () => {
  it("gives the defaults of the options", () =>
    inWorkspace(
      { ...files, "pyproject.toml": settings('target = "2.1"\nignore = ["query-get"]\nfail-on = "never"\n') },
      (workspace) => {
        const report = workspace.check();
        assert.equal(report.target, "2.1");
        assert.equal(report.targetBecause, "pyproject.toml [tool.sqlalchemy-coach] target");
        assert.deepEqual(
          report.findings.map(({ rule }) => rule),
          [raisesRule],
        );
        assert.equal(workspace.coach(["check"]).status, 0);
        assert.equal(workspace.coach(["check", "--fail-on", "raises"]).status, 1);
        assert.equal(workspace.check("--target", "2.0").target, "2.0");
        assert.equal(workspace.check("--ignore", raisesRule).findings[0]?.rule, supersededRule);
      },
    ));

  it("is that of the nearest pyproject.toml that has it", () =>
    inWorkspace(
      {
        ...files,
        "pyproject.toml": settings('target = "1.4"\n'),
        "app/pyproject.toml": '[project]\nname = "x"\n',
        "lib/pyproject.toml": settings('target = "2.1"\n'),
      },
      (workspace) => {
        assert.equal(workspace.check("app").target, "1.4");
        assert.equal(workspace.check("lib").target, "2.1");
        assert.equal(workspace.check("app", "lib").target, "1.4");
      },
    ));

  it("gets one warning for all keys that we do not know", () =>
    inWorkspace({ ...files, "pyproject.toml": settings('fail_on = "never"\ncolour = 1\n') }, (workspace) => {
      const { status, stderr } = workspace.coach(["check"]);
      assert.equal(status, 1);
      assert.equal(stderr.split("\n").length, 2);
      assert.match(stderr, /does not know "fail_on" \(did you mean "fail-on"\?\), "colour"\n$/);
    }));

  for (const text of [
    'target = "3"',
    "select = 1",
    'select = "query-get"',
    'fail-on = "no"',
    "jobs = 0",
    'effect = ["bad"]',
  ]) {
    it(`can't be ${text}`, () =>
      inWorkspace({ ...files, "pyproject.toml": settings(text) }, (workspace) => {
        const { status, stderr } = workspace.coach(["check"]);
        assert.equal(status, 2);
        assert.match(stderr, new RegExp(`pyproject\\.toml: \\[tool\\.sqlalchemy-coach\\] ${text.split(" ")[0]}`));
        assert.match(stderr, /^[^\n]+\n$/);
      }));
  }

  it("can't name a rule that there is none of", () =>
    inWorkspace({ ...files, "pyproject.toml": settings('select = ["query-gte"]\n') }, (workspace) => {
      const { status, stderr } = workspace.coach(["check"]);
      assert.equal(status, 2);
      assert.match(stderr, /query-gte.*did you mean "query-get"/);
    }));

  it("pollutes nothing", () =>
    inWorkspace(
      { ...files, "pyproject.toml": settings('["tool"."sqlalchemy-coach"."__proto__"]\ntarget = "2.1"\n') },
      (workspace) => {
        const { stdout, stderr } = workspace.coach(["check", "--format", "json"]);
        assert.equal(JSON.parse(stdout).target, "2.0");
        assert.match(stderr, /does not know "__proto__"/);
      },
    ));

  it("says how far fix goes", () =>
    inWorkspace(
      { ...files, "pyproject.toml": settings('safety = "review"\nselect = ["query-get"]\n') },
      (workspace) => {
        workspace.coach(["fix", "--write"]);
        assert.equal(workspace.read("app/users.py"), supersededFixed);
        assert.equal(workspace.read("app/raw.py"), raises);
      },
    ));
});
