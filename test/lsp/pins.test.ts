import assert from "node:assert/strict";
import { isPinFile, releaseOf } from "../../server/src/service/pins.ts";

const cases: readonly [name: string, path: string, text: string, expected: string | undefined][] = [
  [
    "an exact requirement",
    "requirements.txt",
    "flask\n\nsqlalchemy==2.0.52\n",
    "2.0 2.0 requirements.txt:3 sqlalchemy==2.0.52",
  ],
  [
    "extras, blanks and a comment",
    "requirements.txt",
    "SQLAlchemy[asyncio] ~= 2.1.3  # ours\n",
    "2.1 2.1 requirements.txt:1 sqlalchemy~=2.1.3",
  ],
  [
    "hashes on continued lines",
    "requirements.txt",
    "sqlalchemy==2.0.1 \\\n    --hash=sha256:00\n",
    "2.0 2.0 requirements.txt:1 sqlalchemy==2.0.1",
  ],
  [
    "an environment marker",
    "requirements.txt",
    "sqlalchemy>=1.4,<2 ; python_version < '3.9'\n",
    "2.0 1.4 requirements.txt:1 sqlalchemy>=1.4,<2",
  ],
  [
    "the newest of two markers",
    "requirements.txt",
    "sqlalchemy==1.4.1; a<'3'\r\nsqlalchemy==2.0.1; a>'3'\r\n",
    "2.0 2.0 requirements.txt:2 sqlalchemy==2.0.1",
  ],
  ["only an upper bound", "requirements.txt", "sqlalchemy<2\n", "2.0 - requirements.txt:1 sqlalchemy<2"],
  [
    "a release after those we know",
    "requirements.txt",
    "sqlalchemy==3.0\n",
    "2.1 2.1 requirements.txt:1 sqlalchemy==3.0",
  ],
  [
    "another package of a similar name",
    "requirements.txt",
    "flask-sqlalchemy==3.1\nsqlalchemy-utils==0.4\n",
    undefined,
  ],
  ["no version at all", "requirements.txt", "sqlalchemy\n", undefined],
  [
    "a folder of requirements",
    "requirements/base.txt",
    "sqlalchemy==1.3.24\n",
    "2.0 1.4 requirements/base.txt:1 sqlalchemy==1.3.24",
  ],
  [
    "a PEP 621 dependency",
    "pyproject.toml",
    '[project]\ndependencies = [\n  "rich",\n  "sqlalchemy (>=2.0,<3)",\n]\n',
    "2.0 2.0 pyproject.toml:4 sqlalchemy>=2.0,<3",
  ],
  [
    "an optional dependency",
    "pyproject.toml",
    '[project.optional-dependencies]\ndb = ["sqlalchemy>=2.1"]\n',
    "2.1 2.1 pyproject.toml:2 sqlalchemy>=2.1",
  ],
  [
    "a dependency group",
    "pyproject.toml",
    '[dependency-groups]\ndb = ["sqlalchemy>=2.1", {include-group = "x"}]\n',
    "2.1 2.1 pyproject.toml:2 sqlalchemy>=2.1",
  ],
  [
    "poetry's caret",
    "pyproject.toml",
    '[tool.poetry.dependencies]\npython = "^3.11"\nSQLAlchemy = "^2.0"\n',
    "2.0 2.0 pyproject.toml:3 sqlalchemy^2.0",
  ],
  [
    "poetry's table",
    "pyproject.toml",
    '[tool.poetry.group.db.dependencies]\nsqlalchemy = { version = "~1.4", extras = ["asyncio"] }\n',
    "2.0 1.4 pyproject.toml:2 sqlalchemy~1.4",
  ],
  [
    "poetry's bare version",
    "pyproject.toml",
    '[tool.poetry.dependencies]\nsqlalchemy = "2.0.5"\n',
    "2.0 2.0 pyproject.toml:2 sqlalchemy==2.0.5",
  ],
  ["half-written TOML", "pyproject.toml", '[project\nsqlalchemy = "2.0"', undefined],
  [
    "uv.lock",
    "uv.lock",
    '[[package]]\nname = "rich"\nversion = "9.1"\n\n[[package]]\nname = "sqlalchemy"\nversion = "2.0.44"\n',
    "2.0 2.0 uv.lock:7 sqlalchemy==2.0.44",
  ],
  [
    "poetry.lock",
    "poetry.lock",
    '[[package]]\nname = "SQLAlchemy"\nversion = "1.4.54"\n',
    "2.0 1.4 poetry.lock:3 sqlalchemy==1.4.54",
  ],
  [
    "Pipfile.lock",
    "Pipfile.lock",
    '{\n "default": {\n  "sqlalchemy": {\n   "version": "==2.0.9"\n}}}',
    "2.0 2.0 Pipfile.lock:3 sqlalchemy==2.0.9",
  ],
  ["Pipfile", "Pipfile", '[packages]\nsqlalchemy = ">=2.0"\n', "2.0 2.0 Pipfile:2 sqlalchemy>=2.0"],
  ["any version", "Pipfile", '[packages]\nsqlalchemy = "*"\n', undefined],
  [
    "setup.cfg",
    "setup.cfg",
    "[metadata]\nname = x\n[options]\ninstall_requires =\n    rich\n    sqlalchemy>=1.4,<2.1\n",
    "2.0 1.4 setup.cfg:6 sqlalchemy>=1.4,<2.1",
  ],
  [
    "setup.cfg on one line",
    "setup.cfg",
    "[options]\ninstall_requires = sqlalchemy==2.0.1\n",
    "2.0 2.0 setup.cfg:2 sqlalchemy==2.0.1",
  ],
  ["a file of another kind", "notes.txt", "sqlalchemy==2.0.1\n", undefined],
];

const shown = (files: Parameters<typeof releaseOf>[0]): string | undefined => {
  const release = releaseOf(files);
  return release && `${release.target} ${release.installed ?? "-"} ${release.because}`;
};

describe("pins", () => {
  for (const [name, path, text, expected] of cases) {
    it(`reads ${name}`, () => assert.equal(shown([{ path, text }]), expected));
  }

  it("prefers locks to exact requirements to ranges, and the file nearest to the root", () => {
    const lock = { path: "deep/er/uv.lock", text: '[[package]]\nname = "sqlalchemy"\nversion = "2.1.0"\n' };
    const exact = { path: "deep/requirements.txt", text: "sqlalchemy==2.0.7" };
    const nearer = { path: "requirements.txt", text: "sqlalchemy==1.4.7" };
    const range = { path: "pyproject.toml", text: '[project]\ndependencies = ["sqlalchemy>=2.1"]' };
    assert.match(shown([range, exact, lock, nearer]) ?? "", /uv\.lock/);
    assert.match(shown([range, exact, nearer]) ?? "", /^2\.0 1\.4 requirements\.txt/);
    assert.match(shown([range, exact]) ?? "", /deep\/requirements\.txt/);
    assert.equal(shown([]), undefined);
  });

  it("does not depend on the order of the files", () => {
    const files = ["b", "a"].map((folder) => ({ path: `${folder}/requirements.txt`, text: "sqlalchemy==2.0.1" }));
    assert.equal(shown(files), shown([...files].reverse()));
  });

  it("takes hostile keys for what they are", () => {
    assert.equal(
      shown([{ path: "Pipfile.lock", text: '{"__proto__": {"sqlalchemy": null}, "default": []}' }]),
      undefined,
    );
    assert.equal(
      shown([{ path: "pyproject.toml", text: '[tool.poetry.dependencies.__proto__]\nsqlalchemy = "2.0"' }]),
      undefined,
    );
  });

  it("knows which files to read", () => {
    for (const path of ["uv.lock", "a/requirements-dev.txt", "requirements/x.in", "setup.cfg"])
      assert.ok(isPinFile(path), path);
    for (const path of ["a.py", "requirements.md", "poetry.toml", "my.lock"]) assert.ok(!isPinFile(path), path);
  });
});
