import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const session = "from sqlalchemy.orm import Session\n\n\ndef one(session: Session, key):\n";
/** One finding of query-get. */
export const good = `${session}    return session.query(Thing).get(key)\n`;

const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join("");

/** Files as nobody should write them; all of them are read, and none may cost the findings of another. */
const contents: Readonly<Record<string, string | Buffer>> = {
  "good.py": good,
  "bom.py": `\uFEFF${good}`,
  "crlf.py": good.replaceAll("\n", "\r\n"),
  "case.py": good,
  "Case.py": good,
  "utf16.py": Buffer.from(`\uFEFF${good}`, "utf16le"),
  "invalid.py": Buffer.concat([Buffer.from(good), Buffer.from([0x23, 0xff, 0xfe, 0xc0, 0x0a])]),
  "nul.py": `${good}\0\n`,
  "empty.py": "",
  "long.py": `${good}x = "${"sqlalchemy ".repeat(80_000)}"\n`,
  "lines.py": good + many(5000, (index) => `x${index} = ${index}\n`),
  "nested.py": `${good}x = ${"(".repeat(10_000)}1${")".repeat(10_000)}\n`,
  "sum.py": `${good}x = ${"a + ".repeat(20_000)}a\n`,
  "methods.py": `${good}class A:\n${many(2000, (index) => `    def m${index}(self):\n        return ${index}\n`)}`,
  "itself.py": `import itself\nfrom itself import *\nfrom itself import one as two\n${good}`,
  "circle/__init__.py": `from .a import *\nfrom . import circle, a\n${good}`,
  "circle/a.py": `from .b import *\nfrom . import *\n${good}`,
  "circle/b.py": `from .a import *\nfrom circle import *\n${good}`,
  // The same module in two packages and at two roots.
  "one/src/shared/db.py": good,
  "two/src/shared/db.py": good,
  "one/use.py": `from shared.db import one\n${good}`,
  "use.py": `from shared.db import one\nfrom shared import db\n${good}`,
  "everything.py": `__all__ = [${many(10_000, (index) => `"name_${index}", `)}]\n${good}`,
  "starred.py": `from everything import *\n${good}`,
  ...Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [`chain/c${index}.py`, `from chain.c${index + 1} import maker\n`]),
  ),
  "chain/c1500.py": "from sqlalchemy.orm import sessionmaker\nmaker = sessionmaker()\n",
  "chain/use.py": "from chain.c0 import maker\n\n\ndef one(key):\n    return maker().query(Thing).get(key)\n",
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `web/w${index}.py`,
      `${many(30, (other) => `from web.w${other} import *\n`)}${good}`,
    ]),
  ),
  // Each star doubles the work of a matcher that goes back.
  ".gitignore": `${"*a".repeat(40)}b\n${"**/a/".repeat(30)}b\n[\n\\\n!\n${"*/".repeat(200)}\n${many(300, (index) => `/gone_${index}/**/*.tmp\n`)}`,
  [`${"a".repeat(200)}.py`]: good,
};

/** Files in which Python itself would find the one finding of `good`. */
export const readable = [
  "Case.py",
  `${"a".repeat(200)}.py`,
  "bom.py",
  "case.py",
  "circle/__init__.py",
  "circle/a.py",
  "circle/b.py",
  "crlf.py",
  "everything.py",
  "good.py",
  "itself.py",
  "lines.py",
  "long.py",
  "methods.py",
  "nested.py",
  "one/src/shared/db.py",
  "one/use.py",
  "starred.py",
  "sum.py",
  "two/src/shared/db.py",
  "use.py",
  ...Array.from({ length: 30 }, (_, index) => `web/w${index}.py`),
];

/** A temporary folder full of it, with pipes, sockets, links in circles and folders that are called like files. */
export function hostileTree(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coach-tree-")));
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  mkdirSync(join(folder, "folder.py"));
  symlinkSync(folder, join(folder, "circle/up"));
  symlinkSync("self.py", join(folder, "self.py"));
  symlinkSync("/dev/zero", join(folder, "endless.py"));
  symlinkSync("gone.py", join(folder, "dangling.py"));
  spawnSync("mkfifo", [join(folder, "pipe.py")]);
  spawnSync("python3", ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", "socket.py"], {
    cwd: folder,
  });
  return folder;
}
