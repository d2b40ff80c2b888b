import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Finding, Fix } from "../../server/src/engine/finding.ts";
import type { Service } from "../../server/src/service/index.ts";
import { applyEdits, type SourceFile } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";
import { type Program, programs, put, serviceOf } from "./corpus.ts";

/** Where an offset of the text before lies in the text after; inside of a replaced span, at its end. */
function moved(offset: number, { edits }: Fix): number {
  let delta = 0;
  for (const { span, text } of edits) {
    if (span.end <= offset) delta += text.length - (span.end - span.start);
    else if (span.start < offset) delta += span.start + text.length - offset;
  }
  return offset + delta;
}

const commentsOf = (file: SourceFile): string[] => file.comments.map(({ start, end }) => file.text.slice(start, end));

/** Comments of `before` that `after` does not hold as often; two comments may have become one. */
function lostComments(before: SourceFile, after: SourceFile): readonly string[] {
  const count = (texts: readonly string[], text: string): number => texts.join("\n").split(text).length;
  const [had, has] = [commentsOf(before), commentsOf(after)];
  return had.filter((each) => count(has, each) < count(had, each));
}

/** The text with a comment behind every line that has room for one. */
function commented(file: SourceFile): string {
  const lines = file.text.split("\n");
  return lines
    .map((line, index) => {
      const end = (file.lines[index + 1] ?? file.text.length + 1) - 1;
      const inString = [...file.walk()].some((node) => /string$/.test(node.type) && node.start < end && end < node.end);
      return line.trim() === "" || inString || /\\$/.test(line) ? line : `${line}  # line ${index + 1}.`;
    })
    .join("\n");
}

interface Fixed {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

async function eachFix(
  change: (text: string, uri: string) => string,
  check: (given: {
    program: Program;
    service: Service;
    uri: string;
    before: string;
    finding: Finding;
    fix: Fix;
    after: string;
  }) => void,
): Promise<number> {
  let count = 0;
  for (const program of programs) {
    const service = await serviceOf(program);
    for (const { uri, text } of program.files) {
      const before = change(text, uri);
      put(service, uri, before);
      for (const finding of service.findings(uri)) {
        const { fix } = finding;
        if (!fix) continue;
        count++;
        check({ program, service, uri, before, finding, fix, after: applyEdits(before, fix.edits) });
      }
      put(service, uri, text);
    }
    service.dispose();
  }
  return count;
}

const describeFix = (program: Program, finding: Finding, after: string): string =>
  `${program.name}: ${finding.rule} (${finding.safety}) at ${finding.span.start}\n${after}`;

/** Rules that go half of the way on purpose: the finding that their fix makes possible is the other half. */
const uncovered: Readonly<Record<string, string>> = { "engine-execute": "string-statement" };

describe("robustness: fixes, one by one", function () {
  this.timeout(60_000);
  const problems: string[] = [];
  const fixed: Fixed[] = [];

  it("leave a text that parses, without the finding and without a new one", async () => {
    const parser = await testParser();
    const count = await eachFix(
      (text) => text,
      ({ program, service, uri, before: text, finding, fix, after }) => {
        const what = describeFix(program, finding, after);
        fixed.push({ name: what, before: text, after });
        if (parser.accepts(text) && !parser.accepts(after)) problems.push(`syntax: ${what}`);
        const before = service.findings(uri);
        assert.deepEqual(service.fix(uri, finding.rule, finding.span), fix, "computed alone, the fix is another");
        put(service, uri, after);
        const now = service.findings(uri);
        const isAt =
          (old: Finding) =>
          (each: Finding): boolean =>
            each.rule === old.rule &&
            (each.mark.start === moved(old.mark.start, fix) ||
              each.mark.end === moved(old.mark.end, fix) ||
              each.span.start === moved(old.span.start, fix));
        if (now.some((each) => each.rule === finding.rule && each.mark.start === moved(finding.mark.start, fix)))
          problems.push(`stays: ${what}`);
        for (const each of now) {
          if (before.some((old) => isAt(old)(each)) || uncovered[finding.rule] === each.rule) continue;
          problems.push(`new ${each.rule}: ${what}`);
        }
        put(service, uri, text);
      },
    );
    assert.ok(count > 400, `only ${count} fixes`);
    assert.deepEqual(problems, []);
  });

  it("leave Python that CPython compiles wherever it compiled before", () => {
    const program =
      "import ast, json, sys\ndef ok(text):\n    try:\n        ast.parse(text)\n        return True\n    except (SyntaxError, ValueError):\n        return False\njson.dump([ok(text) for text in json.load(sys.stdin)], sys.stdout)\n";
    const texts = fixed.flatMap(({ before, after }) => [before, after]);
    const { stdout, status, stderr } = spawnSync("python3", ["-c", program], {
      input: JSON.stringify(texts),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    assert.equal(status, 0, stderr);
    const compiles: readonly boolean[] = JSON.parse(stdout);
    assert.equal(compiles.length, texts.length);
    assert.deepEqual(
      fixed.filter((_, index) => compiles[index * 2] && !compiles[index * 2 + 1]).map(({ name }) => name),
      [],
    );
  });

  it("keep every comment, also with one behind every line", async () => {
    const parser = await testParser();
    const problems: string[] = [];
    const count = await eachFix(
      (text, uri) => commented(parser.parse(uri, 1, text)),
      ({ program, uri, before, finding, after }) => {
        const lost = lostComments(parser.parse(uri, 1, before), parser.parse(uri, 1, after));
        if (lost.length > 0) problems.push(`${lost.join()}: ${describeFix(program, finding, after)}`);
        if (parser.accepts(before) && !parser.accepts(after))
          problems.push(`syntax: ${describeFix(program, finding, after)}`);
      },
    );
    assert.ok(count > 400, `only ${count} fixes`);
    assert.deepEqual(problems, []);
  });
});

describe("robustness: fixing everything", function () {
  this.timeout(60_000);
  for (const safety of ["safe", "review"] as const) {
    it(`${safety}: ends, and once more changes nothing; comments and syntax stay`, async () => {
      const parser = await testParser();
      const problems: string[] = [];
      for (const program of programs) {
        const service = await serviceOf(program);
        for (const { uri, text } of program.files) {
          const once = service.fixAll(uri, { safety })?.text ?? "";
          if (lostComments(parser.parse(uri, 1, text), parser.parse(uri, 1, once)).length > 0)
            problems.push(`comments: ${program.name}`);
          if (parser.accepts(text) && !parser.accepts(once)) problems.push(`syntax: ${program.name}`);
          put(service, uri, once, 2);
          const again = service.fixAll(uri, { safety });
          if (again?.text !== once) problems.push(`again: ${program.name}\n${once}\n-->\n${again?.text}`);
          if (again?.applied.length !== 0) problems.push(`applies ${again?.applied}: ${program.name}`);
          const left = service
            .findings(uri)
            .filter((finding) => finding.fix && (safety === "review" || finding.safety === "safe"));
          if (left.length > 0) problems.push(`left ${left.map(({ rule }) => rule).join()}: ${program.name}\n${once}`);
        }
        service.dispose();
      }
      assert.deepEqual(problems, []);
    });
  }
});

describe("robustness: the same program in other bytes", function () {
  this.timeout(60_000);
  const toCrlf = (text: string): string => text.replaceAll("\n", "\r\n");
  const beforeCrlf = (text: string, offset: number): number =>
    offset + (text.slice(0, offset).match(/\n/g)?.length ?? 0);
  const prefix = "# \u{1F40D}\u{1F4DA} e\u0301\n";
  const variants: readonly (readonly [string, (text: string) => string, (text: string, offset: number) => number])[] = [
    ["CRLF", toCrlf, beforeCrlf],
    ["behind astral characters", (text) => prefix + text, (_, offset) => offset + prefix.length],
  ];

  for (const [what, change, place] of variants) {
    it(`${what}: the same findings and the same fixes, moved`, async () => {
      const problems: string[] = [];
      for (const program of programs) {
        const plain = await serviceOf(program);
        const other = await serviceOf(program, change);
        for (const { uri, text } of program.files) {
          const at = (span: { start: number; end: number }, of: typeof place): string =>
            `${of(text, span.start)}-${of(text, span.end)}`;
          const tell =
            (of: typeof place) =>
            ({ rule, safety, span, mark, message }: Finding): string =>
              `${rule} ${safety} ${at(span, of)} ${at(mark, of)} ${message}`;
          const expected = plain.findings(uri).map(tell(place));
          const got = other.findings(uri).map(tell((_, offset) => offset));
          if (JSON.stringify(expected) !== JSON.stringify(got))
            problems.push(`${program.name} ${uri}\n${expected.join("\n")}\n--\n${got.join("\n")}`);
          const fixed = plain.fixAll(uri, { safety: "review" })?.text ?? "";
          const otherwise = other.fixAll(uri, { safety: "review" })?.text ?? "";
          if (change(fixed) !== otherwise)
            problems.push(`fixed: ${program.name} ${uri}\n${JSON.stringify(fixed)}\n--\n${JSON.stringify(otherwise)}`);
        }
        plain.dispose();
        other.dispose();
      }
      assert.deepEqual(problems, []);
    });
  }
});
