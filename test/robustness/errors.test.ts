import assert from "node:assert/strict";
import type { Finding } from "../../server/src/engine/finding.ts";
import { testParser } from "../harness/parser.ts";
import { programs, put, serviceOf } from "./corpus.ts";

/** What stands there while someone types, and costs its own function only. */
const contained = [
  "def broken(:\n    pass\n",
  "def broken()\n    pass\n",
  "def broken():\n    x = session.\n",
  "def broken():\n    x = \n",
  "def broken():\n    x = y +\n",
  "def broken():\n    return )\n",
  "def broken():\n    if x\n        pass\n",
  "def broken():\n    for x in\n",
  "def broken():\n    with session.begin() as\n",
  "def broken():\n    from x import\n",
  'def broken():\n    print("abc\n',
  "def broken():\n    try:\n        x\n",
].map((text) => `${text}\n\n`);

/** What Python itself would read to the end of the file: only what stands before it is sure to be understood. */
const open = [
  "def broken():\n    return session.query(\n",
  "def broken():\n    x = [1, 2\n",
  'def broken():\n    x = """\n',
  "class Broken(\n",
  "def broken(x=)\n",
  "@\n",
];

describe("robustness: errors in one function", () => {
  const keyOf =
    (moved: number, from: number) =>
    ({ rule, mark }: Finding): string =>
      `${rule} at ${mark.start < from ? mark.start : mark.start + moved}`;

  async function survive(snippets: readonly string[], last: boolean): Promise<void> {
    const parser = await testParser();
    let kept = 0;
    for (const [index, program] of programs.entries()) {
      const service = await serviceOf(program);
      const { uri, text } = program.files[program.files.length - 1] ?? { uri: "", text: "" };
      const file = parser.parse(uri, 1, text);
      const before = service.findings(uri);
      const definition = file.body.find(({ type }) => /^(function|class|decorated)_definition$/.test(type));
      const at = last ? text.length : definition?.start;
      if (at === undefined || before.length === 0 || file.errors.length > 0) continue;
      for (let turn = 0; turn < 2; turn++) {
        const snippet = snippets[(index + turn * 5) % snippets.length] ?? "";
        put(service, uri, text.slice(0, at) + snippet + text.slice(at), turn + 2);
        const now: ReadonlySet<string> = new Set(service.findings(uri).map(keyOf(0, 0)));
        const lost: readonly string[] = before.map(keyOf(snippet.length, at)).filter((key) => !now.has(key));
        assert.deepEqual(lost, [], `${program.name}, with ${JSON.stringify(snippet)}`);
        kept += before.length;
      }
      service.dispose();
    }
    assert.ok(kept > 500, `only ${kept} findings`);
  }

  it("cost no finding in the functions behind it", async () => {
    await survive(contained, false);
  });

  it("cost no finding in the functions before it, even where a bracket or a string stays open", async () => {
    await survive([...contained, ...open], true);
  });
});
