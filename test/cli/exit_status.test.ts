import assert from "node:assert/strict";
import { cli, inWorkspace, run } from "./harness.ts";
import { models, modern, raises, raisesRule, superseded, supersededRule } from "./samples.ts";

interface Case {
  readonly args: readonly string[];
  readonly status: 0 | 1 | 2;
  /** What the one line on standard error says. */
  readonly says?: RegExp;
}

const files = {
  "models.py": models,
  "old.py": superseded,
  "raises.py": raises,
  "modern.py": modern,
  "bad.py": Buffer.from([0x78, 0xff, 0xfe]),
  "notes.json": "{}",
  "broken/pyproject.toml": "[tool.sqlalchemy-coach\n",
  "wrong/pyproject.toml": '[tool.sqlalchemy-coach]\ntarget = "3"\n',
  "table/pyproject.toml": "[tool]\nsqlalchemy-coach = 1\n",
};

const cases: readonly Case[] = [
  { args: ["check", "modern.py"], status: 0 },
  { args: ["check", "old.py"], status: 0 },
  { args: ["check", "old.py", "--fail-on", "legacy"], status: 1 },
  { args: ["check", "old.py", "--fail-on", "deprecated"], status: 1 },
  { args: ["check", "old.py", "--fail-on", "changes"], status: 0 },
  { args: ["check", "raises.py"], status: 1 },
  { args: ["check", "raises.py", "--fail-on", "raises"], status: 1 },
  { args: ["check", "raises.py", "--fail-on", "never"], status: 0 },
  { args: ["check", "raises.py", "--ignore", raisesRule], status: 0 },
  { args: ["check", "raises.py", "--effect", "legacy"], status: 0 },
  { args: ["check", "old.py", "raises.py", "--select", supersededRule], status: 0 },
  { args: ["check", "raises.py", "bad.py"], status: 1 },
  { args: ["check", "modern.py", "bad.py"], status: 0 },
  { args: ["check", "bad.py"], status: 2 },
  { args: ["check", "missing.py"], status: 2, says: /missing\.py does not exist/ },
  { args: ["check", "old.py", "missing"], status: 2, says: /missing does not exist/ },
  { args: ["check", "--target", "3.0"], status: 2, says: /--target.*3\.0/ },
  { args: ["check", "--format", "xml"], status: 2, says: /--format.*xml/ },
  { args: ["check", "--select", "query-gte"], status: 2, says: /query-gte.*did you mean "query-get"/ },
  { args: ["check", "--select", "nope"], status: 2, says: /unknown rule "nope"\n$/ },
  { args: ["check", "--effect", "legcy"], status: 2, says: /legcy.*did you mean "legacy"/ },
  { args: ["check", "--jobs", "0"], status: 2, says: /--jobs/ },
  { args: ["check", "--baseline", "none.json"], status: 2, says: /none\.json/ },
  { args: ["check", "--baseline", "notes.json"], status: 2, says: /notes\.json is not a baseline/ },
  { args: ["check", "--slect", "x"], status: 2, says: /unknown option.*--select/ },
  { args: ["check", "-", "old.py"], status: 2, says: /standard input/ },
  { args: ["check", "broken"], status: 2, says: /broken\/pyproject\.toml:1:\d+ is not TOML/ },
  { args: ["check", "wrong"], status: 2, says: /wrong\/pyproject\.toml.*target/ },
  { args: ["check", "table"], status: 2, says: /not a table/ },
  { args: ["chekc"], status: 2, says: /unknown command.*check/ },
  { args: ["fix", "old.py"], status: 0 },
  { args: ["fix", "old.py", "--check"], status: 1 },
  { args: ["fix", "modern.py", "--check"], status: 0 },
  { args: ["fix", "old.py", "--write", "--diff"], status: 2, says: /--write.*--diff|--diff.*--write/ },
  { args: ["fix", "missing.py"], status: 2, says: /missing\.py does not exist/ },
  { args: ["explain", "old.py:7:20"], status: 0 },
  { args: ["explain", "old.py"], status: 2, says: /FILE:LINE:COLUMN/ },
  { args: ["explain", "old.py:0:1"], status: 2, says: /FILE:LINE:COLUMN/ },
  { args: ["explain", "old.py:99:1"], status: 2, says: /no line 99/ },
  { args: ["explain", "missing.py:1:1"], status: 2, says: /missing\.py does not exist/ },
  { args: ["explain", "bad.py:1:1"], status: 2, says: /bad\.py can't be decoded/ },
  { args: ["rules"], status: 0 },
  { args: ["rules", supersededRule], status: 0 },
  { args: ["rules", "query-gte"], status: 2, says: /did you mean "query-get"/ },
  { args: ["lsp"], status: 2, says: /--stdio/ },
  { args: ["--version"], status: 0 },
  { args: ["--help"], status: 0 },
  { args: ["check", "--help"], status: 0 },
];

describe("the command line's exit status", () => {
  for (const { args, status, says } of cases) {
    it(`${args.join(" ")}: ${status}`, () =>
      inWorkspace(files, (workspace) => {
        const ended = workspace.coach(args);
        assert.equal(ended.status, status, ended.stderr);
        if (!says) return;
        assert.match(ended.stderr, says);
        assert.match(ended.stderr, /^[^\n]+\n$/, "one line");
        assert.equal(ended.stdout, "");
      }));
  }

  it("is 0 for a folder without Python", () =>
    inWorkspace({ "README.md": "" }, (workspace) => {
      const { status, stdout } = workspace.coach(["check"]);
      assert.equal(status, 0);
      assert.match(stdout, /no Python files/);
    }));

  it("is 2 where the output can't be written", () =>
    inWorkspace({ "a.py": superseded }, ({ folder }) => {
      const { status, stderr } = run("sh", ["-c", '"$0" "$1" check > /dev/full', process.execPath, cli], {
        cwd: folder,
      });
      assert.equal(status, 2);
      assert.equal(stderr, "sqlalchemy-coach: standard output can't be written: ENOSPC\n");
    }));

  it("is not an error where the reader of a pipe stops early", () =>
    inWorkspace({ "many.py": superseded + "\n\nSession().query(User).get(1)".repeat(3000) }, ({ folder }) => {
      const script = '"$0" "$1" check --format json | head -c 1';
      const { stdout, stderr } = run("sh", ["-c", script, process.execPath, cli], { cwd: folder });
      assert.equal(stdout, "{");
      assert.equal(stderr, "");
    }));
});
