import assert from "node:assert/strict";
import { type Finding, type Target, targets } from "../server/src/engine/finding.ts";
import { rules } from "../server/src/rules/index.gen.ts";
import { defaultConfig, type Service } from "../server/src/service/index.ts";
import { applyEdits } from "../server/src/syntax/index.ts";
import { testService } from "./harness/analyser.ts";
import { fixturesIn, type Try } from "./harness/markdown.ts";

const uriOf = (path: string): string => `file:///workspace/${path}`;
const expectation = /[ \t]*# error: (.*)$/;

/** A rule may have several fixtures: "query-to-select.md", "query-to-select.variables.md". */
const ruleOf = (fixture: string): string => fixture.split(".")[0] ?? fixture;

/** "12 [query-get] safe" for each `# error:` comment. */
function expected(code: string): string[] {
  return code.split("\n").flatMap((line, index) => {
    const said = expectation.exec(line)?.[1];
    return said ? said.split(",").map((each) => `${index + 1} ${each.trim()}`) : [];
  });
}

function reported(code: string, findings: readonly Finding[]): string[] {
  return findings.map((finding) => {
    const line = code.slice(0, finding.span.start).split("\n").length;
    return `${line} [${finding.rule}] ${finding.safety}`;
  });
}

function load(service: Service, attempt: Try, rule: string, strip: boolean): void {
  service.configure({ ...defaultConfig, target: (attempt.target ?? "2.0") as Target, select: [rule] });
  const clean = (code: string): string =>
    strip
      ? code
          .split("\n")
          .map((line) => line.replace(expectation, ""))
          .join("\n")
      : code;
  service.apply(
    attempt.files.map(({ path, code }) => ({
      kind: "set",
      uri: uriOf(path),
      version: 1,
      text: clean(code),
      open: false,
    })),
  );
}

describe("rules, as their fixtures say", () => {
  for (const { name, tries } of fixturesIn("test/rules")) {
    describe(name, () => {
      for (const attempt of tries) {
        it(`${attempt.about.slice(0, 110)} (line ${attempt.line})`, async () => {
          const service = await testService();
          load(service, attempt, ruleOf(name), false);
          const last = attempt.files[attempt.files.length - 1];
          for (const { path, code } of attempt.files) {
            assert.deepEqual(reported(code, service.findings(uriOf(path))).sort(), expected(code).sort());
          }
          if (attempt.fixed !== undefined && last) {
            load(service, attempt, ruleOf(name), true);
            assert.equal(service.fixAll(uriOf(last.path), { safety: "review" })?.text, attempt.fixed);
          }
          service.dispose();
        });
      }
      it("asserts silence in at least four blocks of ten", () => {
        const silent = tries.filter(({ files }) => files.every(({ code }) => expected(code).length === 0));
        assert.ok(silent.length >= tries.length * 0.4, `${silent.length} of ${tries.length} blocks`);
      });
    });
  }
  it("has a fixture for every rule", () => {
    const names = fixturesIn("test/rules").map(({ name }) => name);
    assert.deepEqual(
      rules.map(({ rule }) => rule.id).filter((id) => !names.includes(id)),
      [],
    );
  });
});

describe("examples of the rules", () => {
  for (const { rule } of rules) {
    for (const [index, { bad, good }] of rule.examples.entries()) {
      it(`${rule.id}, example ${index + 1}: flagged once, fixed to the good form`, async () => {
        const target = targets.find((each) => each !== "1.4" && rule.effects[each]) ?? "1.4";
        const { models } = await import("./harness/models.ts");
        const service = await testService();
        const attempt: Try = {
          about: "",
          line: 0,
          files: [
            { path: "models.py", code: models, line: 0 },
            { path: "main.py", code: bad, line: 0 },
          ],
          target,
          fixed: undefined,
        };
        load(service, attempt, rule.id, false);
        const [finding, ...others] = service.findings(uriOf("main.py"));
        assert.ok(finding, "not flagged");
        assert.deepEqual(others, []);
        if (good === undefined) assert.equal(finding.fix, undefined);
        else {
          assert.ok(finding.fix, `no fix: ${finding.conditions.join(" ")}`);
          assert.equal(applyEdits(bad, finding.fix.edits), good);
        }
        service.dispose();
      });
    }
  }
});
