import assert from "node:assert/strict";
import { isInside, shownPath, toKey } from "../../server/src/lsp/uris.ts";

describe("uris", () => {
  it("have one key, however a client spells them", () => {
    const same = [
      ["file:///c%3A/My%20App/a%28b%29.py", "file:///C:/My App/a(b).py"],
      ["file:///tmp/%C3%A9.py", "file:///tmp/é.py"],
      ["file:///tmp/100%25.py", "file:///tmp/100%.py"],
    ] as const;
    for (const [a, b] of same) assert.equal(toKey(a), toKey(b));
    assert.notEqual(toKey("file:///a/b.py"), toKey("file:///a/B.py"));
    for (const other of ["untitled:Untitled-1", "vscode-notebook-cell:/a/b.ipynb#W0s", "vscode-vfs://github/a/b.py"]) {
      assert.equal(toKey(other), other);
    }
    assert.equal(toKey(toKey("file:///a/b%2Fc.py")), toKey("file:///a/b%2Fc.py"));
  });

  it("lie in a folder or beside it", () => {
    assert.ok(isInside("file:///a/b/c.py", "file:///a/b"));
    assert.ok(isInside("file:///a/b/c.py", "file:///a/b/"));
    assert.ok(!isInside("file:///a/bc/c.py", "file:///a/b"));
    assert.ok(isInside("vscode-vfs://github/o/r/c.py", "vscode-vfs://github/o/r"));
  });

  it("are shown as paths", () => {
    assert.equal(shownPath("file:///a/b/my%20app/c.py", "file:///a/b"), "my app/c.py");
    assert.equal(shownPath("file:///x/c.py", "file:///a/b"), "/x/c.py");
    assert.equal(shownPath("untitled:Untitled-1", undefined), "Untitled-1");
  });
});
