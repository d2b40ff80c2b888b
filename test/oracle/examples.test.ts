import assert from "node:assert/strict";
import { join } from "node:path";
import { oracle } from "../../scripts/oracle.mjs";
import { type Safety, type Target, targets } from "../../server/src/engine/finding.ts";
import { rules } from "../../server/src/rules/index.gen.ts";
import { testService } from "../harness/analyser.ts";
import { models } from "../harness/models.ts";
import { root } from "../harness/parser.ts";

interface Outcome {
  readonly printed: string;
  readonly sql: readonly (readonly [statement: string, parameters: string])[];
  readonly warnings: readonly string[];
  readonly error: string | null;
}

const examples = rules.flatMap(({ rule }) =>
  rule.examples.map((example, index) => ({ rule, example, name: `${rule.id}, example ${index + 1}` })),
);

async function runAll(release: Target): Promise<Map<string, { bad: Outcome; good: Outcome | undefined }>> {
  const sources = examples.flatMap(({ example }) => [example.bad, example.good ?? ""]);
  const { run } = await oracle(release);
  const folder = join(root, "test/oracle");
  const { code, stdout, stderr } = await run(join(folder, "run_examples.py"), {
    input: JSON.stringify(sources),
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  assert.equal(code, 0, stderr);
  const outcomes: Outcome[] = JSON.parse(stdout);
  return new Map(
    examples.map(({ name, example }, index) => {
      const [bad, good] = outcomes.slice(index * 2, index * 2 + 2);
      assert.ok(bad && good);
      return [name, { bad, good: example.good === undefined ? undefined : good }];
    }),
  );
}

const bag = (sql: Outcome["sql"]): string[] =>
  sql.map(([statement, parameters]) => `${statement} ${parameters}`).sort();

/** A fix that is offered for review says that the labels of columns change; nothing else may. */
const withoutLabels = (sql: readonly string[]): string[] =>
  sql.map((each) => each.replace(/(\b\w+\.\w+) AS \w+/g, "$1"));

const safeties = new Map<string, Safety | undefined>();

before(async () => {
  const service = await testService();
  const uri = "file:///workspace/main.py";
  const put = (path: string, text: string): void =>
    service.apply([{ kind: "set", uri: `file:///workspace/${path}`, version: 1, text, open: false }]);
  put("models.py", models);
  for (const { rule, example, name } of examples) {
    put("main.py", example.bad);
    safeties.set(name, service.findings(uri).find((finding) => finding.rule === rule.id)?.safety);
  }
  service.dispose();
});

for (const release of targets) {
  describe(`examples on SQLAlchemy ${release}`, () => {
    let outcomes: Map<string, { bad: Outcome; good: Outcome | undefined }>;
    before(async () => {
      outcomes = await runAll(release);
    });

    for (const { rule, name } of examples) {
      it(name, () => {
        const { bad, good } = outcomes.get(name) ?? {};
        assert.ok(bad);
        const effect = rule.effects[release];
        // A rule that does not speak of a release may show, and fix with, what that release does not have.
        if (!effect && (bad.error !== null || good?.error)) return;
        if (effect === "raises") assert.notEqual(bad.error, null, "the bad form does not raise");
        else assert.equal(bad.error, null);
        if (effect === "deprecated") {
          assert.ok(
            bad.warnings.some((warning) => /RemovedIn20|MovedIn20|Deprecat|Legacy/.test(warning)),
            "the bad form does not warn",
          );
        }
        if (!good) return;
        assert.equal(good.error, null, "the good form raises");
        if (bad.error === null && effect !== "changes") {
          assert.equal(good.printed, bad.printed);
          const [after, before] = [bag(good.sql), bag(bad.sql)];
          if (safeties.get(name) === "safe") assert.deepEqual(after, before);
          else assert.deepEqual(withoutLabels(after), withoutLabels(before));
        }
        assert.deepEqual(
          good.warnings.filter((warning) => /RemovedIn20|MovedIn20|Legacy/.test(warning)),
          [],
        );
      });
    }
  });
}
