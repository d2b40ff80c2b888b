import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPatch, parsePatch } from "diff";
import { replaceFile } from "../../server/src/main/cli/replace_file.ts";
import { cli, fixReportSchema, inWorkspace, run, type Workspace } from "./harness.ts";
import {
  doubtful,
  models,
  modern,
  raises,
  raisesRule,
  superseded,
  supersededFixed,
  supersededRule,
  unfixable,
} from "./samples.ts";

const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
const latin = (text: string): Buffer => Buffer.from(`# coding: latin-1\nname = "\xe9"\n${text}`, "latin1");

// The first line changes: a diff of it has to carry the mark.
const first = "from sqlalchemy.orm import Session; from models import User; Session().query(User).get(1)\n";
const firstFixed = first.replace("query(User).get(1)", "get(User, 1)");

/** Name, bytes before, bytes after. */
const writings: readonly (readonly [string, Buffer, Buffer])[] = [
  ["plain.py", Buffer.from(superseded), Buffer.from(supersededFixed)],
  ["crlf.py", Buffer.from(crlf(superseded)), Buffer.from(crlf(supersededFixed))],
  ["bom.py", Buffer.from(`\uFEFF${superseded}`), Buffer.from(`\uFEFF${supersededFixed}`)],
  ["latin.py", latin(superseded), latin(supersededFixed)],
  ["no end.py", Buffer.from(superseded.trimEnd()), Buffer.from(supersededFixed.trimEnd())],
  ['dir/ü "q".py', Buffer.from(superseded), Buffer.from(supersededFixed)],
  ["bom_first.py", Buffer.from(`\uFEFF${first}`), Buffer.from(`\uFEFF${firstFixed}`)],
];

const files = { ...Object.fromEntries(writings.map(([name, bytes]) => [name, bytes])), "models.py": models };

function assertFixed(workspace: Workspace): void {
  for (const [name, , after] of writings) assert.deepEqual(workspace.bytes(name), after, name);
}

const hasPatch = spawnSync("patch", ["--version"]).status === 0;

/** What patch -p1 does, where there is none; byte by byte, as the diff holds files of several encodings. */
function applyDiff(workspace: Workspace, diff: Buffer): void {
  for (const patch of parsePatch(diff.toString("latin1"))) {
    const path = Buffer.from(patch.newFileName?.replace(/^b\//, "") ?? "", "latin1").toString("utf8");
    const after = applyPatch(workspace.bytes(path).toString("latin1"), patch, { autoConvertLineEndings: false });
    assert.ok(after !== false, path);
    workspace.write(path, Buffer.from(after, "latin1"));
  }
}

describe("fix", () => {
  it("prints a unified diff, and changes nothing, unless told otherwise", () =>
    inWorkspace(files, (workspace) => {
      const bare = workspace.coach(["fix"]);
      const asked = workspace.coach(["fix", "--diff"]);
      assert.equal(bare.status, 0);
      assert.deepEqual(asked.bytes, bare.bytes);
      assert.match(bare.stdout, /^--- a\/.+\n\+\+\+ b\/.+\n@@ /);
      for (const [name, before] of writings) assert.deepEqual(workspace.bytes(name), before);
    }));

  it("--write keeps mode, encoding, byte order mark and line ends", () =>
    inWorkspace(files, (workspace) => {
      chmodSync(workspace.at("plain.py"), 0o751);
      const { status, stdout } = workspace.coach(["fix", "--write"]);
      assert.equal(status, 0);
      assertFixed(workspace);
      assert.equal(statSync(workspace.at("plain.py")).mode & 0o7777, 0o751);
      assert.match(stdout, new RegExp(`^plain\\.py: ${supersededRule}$`, "m"));
      assert.deepEqual(
        readdirSync(workspace.folder).filter((name) => name.endsWith(".tmp")),
        [],
      );
    }));

  it("--write twice changes nothing the second time", () =>
    inWorkspace(files, (workspace) => {
      workspace.coach(["fix", "--write"]);
      const { status, stdout } = workspace.coach(["fix", "--write"]);
      assert.equal(status, 0);
      assert.equal(stdout, "");
      assertFixed(workspace);
    }));

  it("--diff, applied by patch -p1, is what --write does", () =>
    inWorkspace(files, (workspace) => {
      const { bytes } = workspace.coach(["fix", "--diff"]);
      if (hasPatch) {
        const { status, stdout } = run("patch", ["-p1", "--binary"], { cwd: workspace.folder, input: bytes });
        assert.equal(status, 0, stdout);
      } else {
        applyDiff(workspace, bytes);
      }
      assertFixed(workspace);
    }));

  it("--check says which files would change, by status as well", () =>
    inWorkspace({ "models.py": models, "a.py": superseded, "b.py": modern }, (workspace) => {
      const { status, stdout } = workspace.coach(["fix", "--check"]);
      assert.equal(status, 1);
      assert.equal(stdout, `a.py: ${supersededRule}\n`);
      assert.equal(workspace.read("a.py"), superseded);
      assert.equal(workspace.coach(["fix", "--check", "b.py"]).status, 0);
    }));

  it("--format json tells of each file what is applied, what is left and why", () =>
    inWorkspace({ "models.py": models, "a.py": superseded, "b.py": modern }, (workspace) => {
      const report = fixReportSchema.parse(JSON.parse(workspace.coach(["fix", "--format", "json"]).stdout));
      assert.deepEqual(
        report.fixes.map(({ path, applied, left }) => ({ path, applied, left })),
        [{ path: "a.py", applied: [supersededRule], left: [] }],
      );
      assert.equal(report.fixes[0]?.diff, workspace.coach(["fix"]).stdout);
      assert.equal(report.findings[0]?.rule, supersededRule);
    }));

  it("takes selections, and leaves the rest alone", () =>
    inWorkspace({ "models.py": models, "a.py": superseded, "b.py": raises }, (workspace) => {
      workspace.coach(["fix", "--write", "--select", supersededRule]);
      assert.equal(workspace.read("a.py"), supersededFixed);
      assert.equal(workspace.read("b.py"), raises);
    }));

  it("is 1 while something at or above --fail-on is left", () =>
    inWorkspace({ "a.py": raises, "b.py": unfixable }, (workspace) => {
      assert.equal(workspace.coach(["fix", "--write", "a.py"]).status, 0);
      assert.equal(workspace.coach(["check", "a.py"]).status, 0);
      assert.equal(workspace.coach(["fix", "--write", "b.py"]).status, 1);
      assert.equal(workspace.coach(["fix", "--write", "b.py", "--fail-on", "never"]).status, 0);
      assert.equal(workspace.read("b.py"), unfixable);
    }));

  it("says of each fix that is not proved what is to be confirmed", () =>
    inWorkspace({ "a.py": doubtful }, (workspace) => {
      assert.equal(workspace.coach(["fix", "--write"]).stdout, "");
      assert.equal(workspace.read("a.py"), doubtful);
      const { stdout, stderr } = workspace.coach(["fix", "--write", "--safety", "review"]);
      assert.equal(stdout, `a.py: ${raisesRule}\n`);
      assert.match(stderr, new RegExp(`^a\\.py:5:11 ${raisesRule}, confirm: [A-Z]`, "m"));
      assert.notEqual(workspace.read("a.py"), doubtful);
    }));

  it("of standard input prints a diff, or with --write the text", () =>
    inWorkspace({}, (workspace) => {
      const written = workspace.coach(["fix", "-", "--write"], { input: latin(superseded) });
      assert.deepEqual(written.bytes, latin(supersededFixed));
      for (const input of [modern, "x = 1\n", ""]) {
        assert.equal(workspace.coach(["fix", "-", "--write"], { input }).stdout, input);
      }
      const diff = workspace.coach(["fix", "-", "--stdin-filename", "x.py"], { input: superseded }).stdout;
      assert.match(diff, /^--- a\/x\.py\n\+\+\+ b\/x\.py\n/);
    }));

  it("leaves a read-only file as it is, says so, and is 1", () =>
    inWorkspace({ "models.py": models, "a.py": superseded, "b.py": superseded }, (workspace) => {
      chmodSync(workspace.at("a.py"), 0o444);
      const { status, stderr } = workspace.coach(["fix", "--write"]);
      assert.equal(status, 1);
      assert.match(stderr, /^a\.py: is read-only: not written$/m);
      assert.equal(workspace.read("a.py"), superseded);
      assert.equal(workspace.read("b.py"), supersededFixed);
      assert.match(workspace.coach(["fix", "--write", "a.py"]).stderr, /^Nothing written\./m);
    }));

  it("loses nothing where the disk has no room", () =>
    inWorkspace({ "models.py": models, "a.py": superseded }, (workspace) => {
      const script = 'ulimit -f 0; exec "$0" "$1" fix --write --format json';
      const { status, stdout } = run("sh", ["-c", script, process.execPath, cli], { cwd: workspace.folder });
      const report = fixReportSchema.parse(JSON.parse(stdout));
      assert.equal(status, 1);
      assert.match(report.faults[0]?.message ?? "", /^can't be written: /);
      assert.deepEqual(report.fixes[0]?.applied, []);
      assert.equal(workspace.read("a.py"), superseded);
      assert.deepEqual(readdirSync(workspace.folder).sort(), [".git", "a.py", "models.py"]);
    }));

  it("writes through a link within the project, and not through one that leads out of it", () => {
    const outside = mkdtempSync(join(tmpdir(), "coach-outside-"));
    try {
      inWorkspace({ "models.py": models, "data/a.txt": superseded }, (workspace) => {
        writeFileSync(join(outside, "out.py"), superseded);
        symlinkSync(join(outside, "out.py"), workspace.at("out.py"));
        symlinkSync(workspace.at("data/a.txt"), workspace.at("a.py"));
        const { stderr } = workspace.coach(["fix", "--write", "out.py", "a.py"]);
        assert.match(stderr, /^out\.py: is a link out of the project: not written$/m);
        assert.equal(readFileSync(join(outside, "out.py"), "utf8"), superseded);
        assert.equal(workspace.read("data/a.txt"), supersededFixed);
        assert.ok(statSync(workspace.at("a.py")).isFile());
      });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});

describe("replacing a file", () => {
  it("refuses one that changed since it was read", () =>
    inWorkspace({ "a.py": "new\n" }, (workspace) => {
      const file = workspace.at("a.py");
      const replacement = { file, after: Buffer.from("ours\n"), boundary: workspace.folder };
      assert.equal(
        replaceFile({ ...replacement, before: Buffer.from("old\n") }),
        "changed since it was read: not written",
      );
      assert.equal(workspace.read("a.py"), "new\n");
      assert.equal(replaceFile({ ...replacement, before: Buffer.from("new\n") }), undefined);
      assert.equal(workspace.read("a.py"), "ours\n");
      assert.deepEqual(readdirSync(workspace.folder).sort(), [".git", "a.py"]);
    }));

  it("answers where the file is gone", () =>
    inWorkspace({}, ({ folder }) => {
      const gone = {
        file: join(folder, "gone.py"),
        before: Buffer.from(""),
        after: Buffer.from("x"),
        boundary: folder,
      };
      assert.equal(replaceFile(gone), "can't be written: no such file");
    }));
});
