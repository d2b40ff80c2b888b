import assert from "node:assert/strict";
import { join } from "node:path";
import { oracle } from "../../scripts/oracle.mjs";
import { type Target, targets } from "../../server/src/engine/finding.ts";
import { defaultConfig } from "../../server/src/service/index.ts";
import { testService } from "../harness/analyser.ts";
import { models } from "../harness/models.ts";
import { root } from "../harness/parser.ts";
import { queryPrograms } from "./query_programs.ts";

interface Outcome {
  readonly printed: string;
  readonly sql: readonly (readonly [statement: string, parameters: string])[];
  readonly error: string | null;
}
interface Trial {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const programs = queryPrograms(150);

interface Trials {
  readonly fixed: readonly Trial[];
  /** The other programs, each below the reason that it is given. */
  readonly refused: readonly string[];
}

/** Applies what is offered for review, and nothing else, as a person would who accepts all of it. */
async function fixAll(target: Target): Promise<Trials> {
  const service = await testService();
  const uri = (path: string): string => `file:///workspace/${path}`;
  const put = (path: string, text: string): void =>
    service.apply([{ kind: "set", uri: uri(path), version: 1, text, open: false }]);
  service.configure({ ...defaultConfig, target, select: ["query-to-select"] });
  put("models.py", models);
  const fixed: Trial[] = [];
  const refused: string[] = [];
  for (const { name, source } of programs) {
    put("main.py", source);
    const why = service.findings(uri("main.py")).find(({ safety }) => safety === "explain")?.conditions[0];
    const after = service.fixAll(uri("main.py"), { safety: "review" })?.text;
    if (why !== undefined || after === undefined) refused.push(`${why}\n${name}`);
    else fixed.push({ name, before: source, after });
  }
  service.dispose();
  return { fixed, refused };
}

/** What a Query calls its columns is its own; nothing else may differ. */
const withoutLabels = ([statement, parameters]: Outcome["sql"][number]): string => {
  const unlabelled = statement
    .replace(/(\b\w+\.\w+) AS \w+/g, "$1")
    .replace(/\b(anon_\d+)\.(authors|books)(_\d+)?_/g, "$1.");
  return `${unlabelled} ${parameters}`;
};

for (const release of targets) {
  describe(`queries over several statements on SQLAlchemy ${release}`, () => {
    let trials: Trials;
    before(async () => {
      trials = await fixAll(release === "1.4" ? "2.0" : release);
    });

    it("are fixed as a whole, or not at all and for a reason", () => {
      for (const { name, after } of trials.fixed) assert.ok(!after.includes("session.query("), `${name}\n\n${after}`);
      for (const each of trials.refused) assert.doesNotMatch(each, /^undefined/);
    });
    it("are fixed in two of three programs", () => {
      const { fixed, refused } = trials;
      assert.ok(
        fixed.length > programs.length * 0.66,
        `${fixed.length} of ${programs.length}; ${refused.join("\n\n")}`,
      );
    });
    it("give the same rows in the same order by the same SQL", async () => {
      const { run } = await oracle(release);
      const { code, stdout, stderr } = await run(join(root, "test/oracle/run_examples.py"), {
        input: JSON.stringify(trials.fixed.flatMap(({ before, after }) => [before, after])),
        env: { PYTHONDONTWRITEBYTECODE: "1" },
      });
      assert.equal(code, 0, stderr);
      const outcomes: Outcome[] = JSON.parse(stdout);
      trials.fixed.forEach(({ name, after }, index) => {
        const [old, now] = outcomes.slice(index * 2, index * 2 + 2);
        assert.ok(old && now);
        assert.equal(old.error, null, name);
        assert.equal(now.error, null, after);
        assert.equal(now.printed, old.printed, `${name}\n\n${after}`);
        assert.deepEqual(now.sql.map(withoutLabels), old.sql.map(withoutLabels), `${name}\n\n${after}`);
      });
    });
  });
}
