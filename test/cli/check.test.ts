import assert from "node:assert/strict";
import { brief, inWorkspace } from "./harness.ts";
import { models, modern, raises, raisesRule, superseded, supersededFixed, supersededRule } from "./samples.ts";

const application = {
  "app/__init__.py": "",
  "app/models.py": models,
  "app/users.py": superseded,
  "app/raw.py": raises,
};

describe("check --format json", () => {
  it("keeps its contract, sorted by path and place", () =>
    inWorkspace(application, (workspace) => {
      const report = workspace.check();
      assert.deepEqual(brief(report), [
        `app/raw.py:5:11 raises ${raisesRule}`,
        `app/users.py:7:12 deprecated ${supersededRule}`,
      ]);
      assert.deepEqual(report.files, { found: 4, analysed: 3 });
      assert.deepEqual(report.faults, []);
    }));

  it("gives edits that make of the file what fix writes", () =>
    inWorkspace({ "users.py": superseded }, (workspace) => {
      const [finding] = workspace.check().findings;
      assert.ok(finding && "fix" in finding);
      const lines = superseded.split("\n");
      for (const { path, start, end, text } of finding.fix.edits.toReversed()) {
        assert.equal(path, "users.py");
        assert.equal(start.line, end.line);
        const line = lines[start.line - 1] ?? "";
        lines[start.line - 1] = line.slice(0, start.column - 1) + text + line.slice(end.column - 1);
      }
      assert.equal(lines.join("\n"), supersededFixed);
    }));

  it("counts columns in UTF-16 units, without a byte order mark, on every kind of line end", () => {
    const code = ['emoji = "😀"; from sqlalchemy.orm import Session; Session().query(int).get(1)', ""];
    for (const [name, text] of [
      ["lf", `\n${code.join("\n")}`],
      ["crlf", `\r\n${code.join("\r\n")}`],
      ["bom", `\uFEFF\n${code.join("\n")}`],
    ] as const) {
      inWorkspace({ "a.py": text }, (workspace) => {
        const [finding] = workspace.check("--select", supersededRule).findings;
        assert.equal(finding?.start.line, 2, name);
        assert.equal(finding?.start.column, (code[0]?.indexOf("Session()") ?? 0) + 1, name);
      });
    }
  });

  it("resolves against the project's other files, whichever of them is asked for", () => {
    const files = {
      "app/db.py": "from sqlalchemy.orm import sessionmaker\n\nOpen = sessionmaker()\n",
      "app/store.py": "from .db import Open as Handle\n",
      "app/views.py": "from .store import Handle\n\nwith Handle() as s:\n    s.query(int).get(1)\n",
    };
    inWorkspace(files, (workspace) => {
      const alone = workspace.check("app/views.py");
      assert.deepEqual(brief(alone), [`app/views.py:4:5 deprecated ${supersededRule}`]);
      assert.equal(alone.findings[0]?.certainty, "certain");
      assert.ok(alone.findings[0]?.because.some((reason) => reason.includes("app/db.py:3")));
      assert.deepEqual(alone.files, { found: 1, analysed: 1 });
      assert.deepEqual(brief(workspace.check()), brief(alone));
    });
  });

  it("is the same however many threads there are", () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        `pkg/m${index}.py`,
        index % 2 ? raises : superseded + "x = 1\n".repeat(index),
      ]),
    );
    inWorkspace({ ...files, "pkg/models.py": models }, (workspace) => {
      const one = workspace.coach(["check", "--format", "json", "--jobs", "1"]);
      assert.equal(JSON.parse(one.stdout).findings.length, 12);
      for (const jobs of ["2", "5", "64"]) {
        assert.equal(workspace.coach(["check", "--format", "json", "--jobs", jobs]).stdout, one.stdout);
      }
      const fixes = (jobs: string): string => workspace.coach(["fix", "--format", "json", "--jobs", jobs]).stdout;
      assert.equal(fixes("3"), fixes("1"));
    });
  });

  it("selects and ignores by rule and by family", () =>
    inWorkspace(application, (workspace) => {
      const rules = (...args: string[]): string[] => workspace.check(...args).findings.map(({ rule }) => rule);
      const { rules: infos } = JSON.parse(workspace.coach(["rules", "--format", "json"]).stdout);
      const family: string = infos.find(({ id }: { id: string }) => id === raisesRule).family;
      assert.deepEqual(rules("--select", raisesRule), [raisesRule]);
      assert.deepEqual(rules("--select", family), [raisesRule]);
      assert.deepEqual(rules("--ignore", family), [supersededRule]);
      assert.deepEqual(rules("--select", `${raisesRule},${supersededRule}`, "--ignore", supersededRule), [raisesRule]);
      assert.deepEqual(rules("--effect", "raises,changes"), [raisesRule]);
    }));

  it("judges for the option's release, else for the pinned one, and says why", () =>
    inWorkspace({ ...application, "requirements.txt": "flask\nsqlalchemy==2.0.52\n" }, (workspace) => {
      const pinned = workspace.check();
      assert.equal(pinned.target, "2.0");
      assert.equal(pinned.targetBecause, "requirements.txt:2 sqlalchemy==2.0.52");
      const asked = workspace.check("--target", "1.4");
      assert.equal(asked.target, "1.4");
      assert.equal(asked.targetBecause, "the option --target");
      assert.notEqual(asked.findings.find(({ rule }) => rule === raisesRule)?.effect, "raises");
    }));

  it("reads standard input, under the name that it is said to have", () =>
    inWorkspace({ "app/models.py": models }, (workspace) => {
      const report = (...args: string[]) =>
        JSON.parse(workspace.coach(["check", "-", "--format", "json", ...args], { input: superseded }).stdout);
      assert.deepEqual(brief(report()), [`-:7:12 deprecated ${supersededRule}`]);
      assert.deepEqual(brief(report("--stdin-filename", "app/users.py")), [
        `app/users.py:7:12 deprecated ${supersededRule}`,
      ]);
      const bad = workspace.coach(["check", "-", "--format", "json"], { input: Buffer.from([0xff]) });
      assert.equal(bad.status, 2);
      assert.deepEqual(JSON.parse(bad.stdout).faults, [{ path: "-", message: "can't be decoded as utf-8" }]);
    }));

  it("has nothing to do where no file names SQLAlchemy", () =>
    inWorkspace({ "a.py": "session.query(User).get(1)\n", "b.py": "import a\n" }, (workspace) => {
      const report = workspace.check();
      assert.deepEqual(report.files, { found: 2, analysed: 0 });
      assert.deepEqual(report.findings, []);
    }));

  it("looks at what names a library that hands over SQLAlchemy's objects", () =>
    inWorkspace(
      { "a.py": 'from alembic import op\nop.get_bind().execute("SELECT 1")\n', "b.py": "import os\n" },
      (workspace) => {
        const report = workspace.check();
        assert.deepEqual(report.files, { found: 2, analysed: 1 });
        assert.deepEqual(brief(report), ["a.py:2:1 raises string-statement"]);
      },
    ));

  it("says nothing of modern code", () =>
    inWorkspace({ "models.py": models, "modern.py": modern }, (workspace) => {
      assert.deepEqual(workspace.check().findings, []);
    }));
});

describe("check for people", () => {
  it("prints one line a finding, files apart, and a next step", () =>
    inWorkspace(application, (workspace) => {
      const { stdout } = workspace.coach(["check"]);
      const lines = stdout.split("\n");
      assert.match(lines[0] ?? "", new RegExp(`^app/raw\\.py:5:11 raises ${raisesRule} \\S`));
      assert.equal(lines[1], "");
      assert.match(lines[2] ?? "", new RegExp(`^app/users\\.py:7:12 deprecated ${supersededRule} \\S`));
      assert.match(stdout, /2 findings in 4 files.*1 raises, 1 deprecated/);
      assert.match(stdout, /sqlalchemy-coach fix/);
      assert.ok(!stdout.includes("\x1b"), "no colours into a pipe");
    }));

  it("prints annotations for GitHub, with what is special in them escaped", () =>
    inWorkspace({ "a,b:c%.py": raises }, (workspace) => {
      const { stdout } = workspace.coach(["check", "--format", "github"]);
      assert.match(
        stdout,
        /^::error file=a%2Cb%3Ac%25\.py,line=5,endLine=5,col=11,endColumn=\d+,title=string-statement \(raises\)::[^\n]+\n$/,
      );
    }));
});
