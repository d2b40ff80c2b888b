import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inWorkspace, type Report, run, type Workspace } from "./harness.ts";
import { superseded } from "./samples.ts";

const paths = ({ findings }: Report): string[] => findings.map(({ path }) => path);

describe("finding files", () => {
  it("takes *.py, *.pyi and *.ipynb of folders, and any file that is named", () =>
    inWorkspace(
      { "a.py": superseded, "b.pyi": superseded, "c.txt": superseded, script: superseded, "d.pyc": superseded },
      (workspace) => {
        assert.deepEqual(paths(workspace.check()), ["a.py", "b.pyi"]);
        assert.deepEqual(paths(workspace.check("script", "a.py", "./a.py")), ["a.py", "script"]);
      },
    ));

  it("honours .gitignore files, the nearest one's last word first", () =>
    inWorkspace(
      {
        ".gitignore": "build/\n*_pb.py\n/only_here.py\n",
        "build/a.py": superseded,
        "pkg/b_pb.py": superseded,
        "pkg/only_here.py": superseded,
        "only_here.py": superseded,
        "pkg/.gitignore": "!kept_pb.py\nprivate.py\n",
        "pkg/kept_pb.py": superseded,
        "pkg/private.py": superseded,
        "pkg/deep/private.py": superseded,
        "private.py": superseded,
      },
      (workspace) => {
        assert.deepEqual(paths(workspace.check()), ["pkg/kept_pb.py", "pkg/only_here.py", "private.py"]);
        const inner = workspace.coach(["check", "--format", "json"], { cwd: workspace.at("pkg") });
        assert.deepEqual(paths(JSON.parse(inner.stdout)), ["kept_pb.py", "only_here.py"]);
        assert.deepEqual(paths(workspace.check("build")), ["build/a.py"], "a folder that is named is searched");
        assert.deepEqual(paths(workspace.check("pkg/b_pb.py")), ["pkg/b_pb.py"], "as is a file");
      },
    ));

  it("leaves out virtual environments, other tools' folders and what the settings exclude", () =>
    inWorkspace(
      {
        "pyproject.toml": '[tool.sqlalchemy-coach]\nexclude = ["migrations/", "*_old.py"]\n',
        "env/pyvenv.cfg": "",
        "env/lib/a.py": superseded,
        "node_modules/a.py": superseded,
        ".git/hooks/a.py": superseded,
        "migrations/versions/a.py": superseded,
        "a_old.py": superseded,
        "a.py": superseded,
      },
      (workspace) => assert.deepEqual(paths(workspace.check()), ["a.py"]),
    ));

  it("follows links within the project once, and none out of it", () => {
    const outside = mkdtempSync(join(tmpdir(), "coach-outside-"));
    try {
      inWorkspace({ "real/a.py": superseded, "data/b.txt": superseded }, (workspace) => {
        symlinkSync(workspace.folder, workspace.at("real/loop"));
        symlinkSync(workspace.at("real"), workspace.at("again"));
        symlinkSync(workspace.at("data/b.txt"), workspace.at("b.py"));
        symlinkSync(workspace.at("nowhere.py"), workspace.at("dangling.py"));
        symlinkSync(outside, workspace.at("out"));
        mkdirSync(join(outside, "x"));
        run("cp", [workspace.at("real/a.py"), join(outside, "x/out.py")]);
        symlinkSync(join(outside, "x/out.py"), workspace.at("out.py"));
        const report = workspace.check();
        assert.deepEqual(paths(report), ["b.py", "real/a.py"]);
        assert.deepEqual(report.faults, []);
      });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it("reports what can't be read, and goes on", () =>
    inWorkspace({ "a.py": superseded, "huge.py": superseded }, (workspace) => {
      truncateSync(workspace.at("huge.py"), 11 * 1024 * 1024);
      mkdirSync(workspace.at("folder.py"));
      symlinkSync(workspace.at("gone.py"), workspace.at("dangling.py"));
      run("mkfifo", [workspace.at("pipe.py")]);
      const report = workspace.check();
      assert.deepEqual(paths(report), ["a.py"]);
      assert.deepEqual(report.faults, [{ path: "huge.py", message: "is larger than 10 MB: left out" }]);
      assert.deepEqual(workspace.check("pipe.py", "a.py").faults, [
        { path: "pipe.py", message: "is not a regular file" },
      ]);
      const dangling = workspace.check("dangling.py", "a.py");
      assert.deepEqual(dangling.faults, [{ path: "dangling.py", message: "can't be read: no such file" }]);
    }));

  it("reports a file that it may not read", () => {
    inWorkspace({ "a.py": superseded, "secret.py": superseded }, (workspace) => {
      chmodSync(workspace.at("secret.py"), 0);
      const asAnyone = withoutPrivileges(workspace);
      const { stdout } = workspace.coach(["check", "--format", "json"], asAnyone);
      assert.deepEqual(paths(JSON.parse(stdout)), ["a.py"]);
      assert.deepEqual(JSON.parse(stdout).faults, [{ path: "secret.py", message: "can't be read: permission denied" }]);
    });
  });

  it("goes forty folders deep and says where it stopped", () =>
    inWorkspace({ [`${"d/".repeat(40)}in.py`]: superseded, [`${"d/".repeat(41)}out.py`]: superseded }, (workspace) => {
      const report = workspace.check();
      assert.deepEqual(paths(report), [`${"d/".repeat(40)}in.py`]);
      assert.deepEqual(
        report.faults.map(({ message }) => message),
        ["nested deeper than 40 folders: left out"],
      );
    }));
});

/** Root may read everything: then the program runs as nobody. */
function withoutPrivileges(workspace: Workspace): { uid?: number } {
  if (process.getuid?.() !== 0) return {};
  chmodSync(workspace.folder, 0o755);
  return { uid: 65534 };
}
