import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Finding } from "../../server/src/engine/finding.ts";
import { testService } from "../harness/analyser.ts";
import { testParser } from "../harness/parser.ts";
import { programs, put, serviceOf } from "./corpus.ts";
import { Trial } from "./trial.ts";
import { variants } from "./variants.ts";

const compile = `import ast, json, sys
def compiles(text):
    try:
        ast.parse(text)
        return True
    except (SyntaxError, ValueError):
        return False
json.dump([compiles(text) for text in json.load(sys.stdin)], sys.stdout)
`;

describe("robustness: fixes", () => {
  const all: Trial["texts"][number][] = [];

  for (const [index, [what, vary]] of Object.entries(variants).entries()) {
    it(`of programs ${what}: each parses, keeps comments and takes its finding away; all together end`, async () => {
      const parser = await testParser();
      const trial = new Trial(parser);
      for (const [number, program] of programs.entries()) {
        // The variants share the programs, so that the whole stays quick.
        if (index > 0 && (number + index) % 6 !== 0) continue;
        const service = await serviceOf(program, (text) => vary(parser.parse("", 0, text)));
        for (const { uri } of program.files) trial.try(service, program.name, uri, service.document(uri)?.text ?? "");
        service.dispose();
      }
      all.push(...trial.texts);
      assert.deepEqual([...trial.problems, ...trial.made], []);
      assert.ok(trial.fixes > 50, `only ${trial.fixes} fixes`);
    });
  }

  it("leave Python that CPython compiles wherever it compiled before", () => {
    const input = JSON.stringify(all.flatMap(({ before, after }) => [before, after]));
    const run = spawnSync("python3", ["-c", compile], { input, encoding: "utf8", maxBuffer: 1e8 });
    assert.equal(run.status, 0, run.stderr);
    const compiles: readonly boolean[] = JSON.parse(run.stdout);
    assert.equal(compiles.length, all.length * 2);
    const broken = all.filter((_, index) => compiles[index * 2] && !compiles[index * 2 + 1]);
    assert.deepEqual(
      broken.map(({ what, after }) => `${what}:\n${after}`),
      [],
    );
    assert.ok(compiles.filter(Boolean).length > 1000);
  });

  for (const head of [
    "\ufeff",
    "#!/usr/bin/env python3\n",
    "# coding: latin-1\n",
    "\ufeff#!/usr/bin/env python3\r\n# -*- coding: utf-8 -*-\r\n",
    "# A licence\n# vim: set fileencoding=utf-8 :\n",
  ]) {
    it(`leave ${JSON.stringify(head)} at the top`, async () => {
      const service = await testService();
      const uri = "file:///workspace/main.py";
      put(service, uri, `${head}# On sqlalchemy\ndef one(session):\n    session.execute("SELECT 1")\n`);
      const { text = "" } = service.fixAll(uri, { safety: "review" }) ?? {};
      assert.ok(text.startsWith(`${head}from sqlalchemy import text`) && text.includes('text("SELECT 1")'), text);
      service.dispose();
    });
  }

  it("import ahead of a use on the line of the imports", async () => {
    const service = await testService();
    const uri = "file:///workspace/main.py";
    put(service, uri, 'from sqlalchemy.orm import Session; s = Session(); s.execute("SELECT 1")\n');
    assert.equal(
      service.fixAll(uri, { safety: "review" })?.text,
      'from sqlalchemy.orm import Session\nfrom sqlalchemy import text; s = Session(); s.execute(text("SELECT 1"))\n',
    );
    service.dispose();
  });

  it("asked for one by one are those of the list", async () => {
    for (const program of programs) {
      const service = await serviceOf(program);
      for (const { uri } of program.files) {
        const finding = service.findings(uri).find(({ fix }) => fix);
        if (finding) assert.deepEqual(service.fix(uri, finding.rule, finding.span), finding.fix, program.name);
      }
      service.dispose();
    }
  });
});

describe("robustness: the same program at other offsets", () => {
  const prefix = "# \u{1F40D}\u{1F4DA} e\u0301\n";
  const linesBefore = (text: string, offset: number): number => text.slice(0, offset).split("\n").length - 1;
  const shifts: readonly (readonly [
    what: string,
    change: (text: string) => string,
    place: (text: string, offset: number) => number,
  ])[] = [
    ["of CRLF lines", (text) => text.replaceAll("\n", "\r\n"), (text, offset) => offset + linesBefore(text, offset)],
    ["behind astral characters", (text) => prefix + text, (_, offset) => offset + prefix.length],
  ];

  for (const [what, change, place] of shifts) {
    it(`${what}: has the same findings and the same fixes, moved`, async () => {
      for (const program of programs) {
        const plain = await serviceOf(program);
        const other = await serviceOf(program, change);
        for (const { uri, text } of program.files) {
          const tell = (finding: Finding, at: (offset: number) => number): string => {
            const { rule, safety, span, mark, message } = finding;
            return `${rule} ${safety} ${at(span.start)}-${at(span.end)} ${at(mark.start)}-${at(mark.end)} ${message}`;
          };
          assert.deepEqual(
            other.findings(uri).map((finding) => tell(finding, (offset) => offset)),
            plain.findings(uri).map((finding) => tell(finding, (offset) => place(text, offset))),
            program.name,
          );
          const fixed = plain.fixAll(uri, { safety: "review" })?.text ?? "";
          assert.equal(other.fixAll(uri, { safety: "review" })?.text, change(fixed), program.name);
        }
        plain.dispose();
        other.dispose();
      }
    });
  }
});
