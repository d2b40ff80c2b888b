import assert from "node:assert/strict";
import { join } from "node:path";
import { oracle } from "../../scripts/oracle.mjs";
import { type Target, targets } from "../../server/src/engine/finding.ts";
import { rules } from "../../server/src/rules/index.gen.ts";
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
  const { python, env } = await oracle(release);
  const sources = examples.flatMap(({ example }) => [example.bad, example.good ?? ""]);
  const outcomes: Outcome[] = await runPython(python, env, JSON.stringify(sources));
  return new Map(
    examples.map(({ name, example }, index) => {
      const [bad, good] = outcomes.slice(index * 2, index * 2 + 2);
      assert.ok(bad && good);
      return [name, { bad, good: example.good === undefined ? undefined : good }];
    }),
  );
}

async function runPython(python: string, env: NodeJS.ProcessEnv, input: string): Promise<Outcome[]> {
  const { spawnSync } = await import("node:child_process");
  const folder = join(root, "test/oracle");
  const { stdout, stderr, status } = spawnSync(python, [join(folder, "run_examples.py")], {
    env: {
      ...env,
      PYTHONPATH: `${folder}:${env["PYTHONPATH"] ?? ""}`,
      PYTHONHASHSEED: "0",
      PYTHONDONTWRITEBYTECODE: "1",
    },
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const bag = (sql: Outcome["sql"]): string[] =>
  sql.map(([statement, parameters]) => `${statement} ${parameters}`).sort();

for (const release of targets) {
  describe(`examples on SQLAlchemy ${release}`, function () {
    this.timeout(180_000);
    let outcomes: Map<string, { bad: Outcome; good: Outcome | undefined }>;
    before(async () => {
      outcomes = await runAll(release);
    });

    for (const { rule, name } of examples) {
      it(name, () => {
        const { bad, good } = outcomes.get(name) ?? {};
        assert.ok(bad);
        const effect = rule.effects[release];
        if (effect === "raises") assert.notEqual(bad.error, null, "the bad form does not raise");
        else assert.equal(bad.error, null);
        if (effect === "deprecated") {
          assert.ok(
            bad.warnings.some((warning) => /RemovedIn20|Deprecat|Legacy/.test(warning)),
            "the bad form does not warn",
          );
        }
        if (!good) return;
        assert.equal(good.error, null, "the good form raises");
        if (bad.error === null && effect !== "changes") {
          assert.equal(good.printed, bad.printed);
          assert.deepEqual(bag(good.sql), bag(bad.sql));
        }
        assert.deepEqual(
          good.warnings.filter((warning) => /RemovedIn20|Legacy/.test(warning)),
          [],
        );
      });
    }
  });
}
