import assert from "node:assert/strict";
import * as z from "zod/mini";
import { inWorkspace } from "./harness.ts";
import { models, raises, raisesRule, superseded, supersededRule } from "./samples.ts";

// What SARIF 2.1.0 (section 3) asks of the parts that we use.
const message = z.strictObject({ text: z.string().check(z.minLength(1)) });
const artifact = z.strictObject({ uri: z.string().check(z.regex(/^[^\s\\]+$/)), uriBaseId: z.literal("SRCROOT") });
const positive = z.int().check(z.minimum(1));
const region = z.strictObject({ startLine: positive, startColumn: positive, endLine: positive, endColumn: positive });
const location = z.strictObject({
  physicalLocation: z.strictObject({ artifactLocation: artifact, region: z.optional(region) }),
});
const level = z.enum(["error", "warning", "note"]);
const properties = z.record(z.string(), z.unknown());
const replacement = z.strictObject({ deletedRegion: region, insertedContent: z.optional(message) });
const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().check(z.minimum(0)),
  level,
  message,
  locations: z.array(location).check(z.length(1)),
  partialFingerprints: z.strictObject({ primaryLocationLineHash: z.string().check(z.regex(/^[0-9a-f]{16}:\d+$/)) }),
  fixes: z.optional(
    z.array(
      z.strictObject({
        description: message,
        artifactChanges: z
          .array(
            z.strictObject({ artifactLocation: artifact, replacements: z.array(replacement).check(z.minLength(1)) }),
          )
          .check(z.minLength(1)),
      }),
    ),
  ),
  properties,
});
const ruleSchema = z.strictObject({
  id: z.string(),
  shortDescription: message,
  helpUri: z.url(),
  defaultConfiguration: z.strictObject({ level }),
  properties: z.strictObject({ tags: z.array(z.string()).check(z.maxLength(10)), effects: properties }),
});
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({ name: z.string(), semanticVersion: z.string(), rules: z.array(ruleSchema) }),
        }),
        automationDetails: z.strictObject({ id: z.string() }),
        columnKind: z.literal("utf16CodeUnits"),
        originalUriBaseIds: z.strictObject({ SRCROOT: z.strictObject({ description: message }) }),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.optional(
              z.array(z.strictObject({ level: z.literal("error"), message, locations: z.array(location) })),
            ),
          }),
        ),
        properties,
        results: z.array(result).check(z.maxLength(5000)),
      }),
    )
    .check(z.minLength(1), z.maxLength(20)),
});

const runsOf = (stdout: string): z.infer<typeof sarif>["runs"] => sarif.parse(JSON.parse(stdout)).runs;

describe("check --format sarif", () => {
  it("is SARIF 2.1.0 with every rule, fired or not", () =>
    inWorkspace(
      { "models.py": models, "a b/ü.py": superseded, "raw.py": raises, "bad.py": Buffer.from([0xff]) },
      (workspace) => {
        const [run] = runsOf(workspace.coach(["check", "--format", "sarif"]).stdout);
        const all = JSON.parse(workspace.coach(["rules", "--format", "json"]).stdout).rules;
        assert.ok(run);
        assert.deepEqual(
          run.tool.driver.rules.map(({ id }) => id),
          all.map(({ id }: { id: string }) => id),
        );
        const told = run.results.map(({ ruleId, ruleIndex, level, locations }) => {
          assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
          return [ruleId, level, locations[0]?.physicalLocation.artifactLocation.uri];
        });
        assert.deepEqual(told, [
          [supersededRule, "note", "a%20b/%C3%BC.py"],
          [raisesRule, "error", "raw.py"],
        ]);
        assert.deepEqual(
          run.invocations[0]?.toolExecutionNotifications?.map(({ message: { text } }) => text),
          ["can't be decoded as utf-8"],
        );
      },
    ));

  it("names a finding by its code, so that lines above change no fingerprint, and equal code differs", () => {
    const twice = `${superseded}\n\ndef again(session: Session, key: int) -> User:\n    return session.query(User).get(key)\n`;
    const prints = (text: string): string[] =>
      inWorkspace({ "models.py": models, "a.py": text }, (workspace) => {
        const [run] = runsOf(workspace.coach(["check", "--format", "sarif", "--select", supersededRule]).stdout);
        return (run?.results ?? []).map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
      });
    const before = prints(twice);
    assert.equal(new Set(before).size, 2);
    assert.deepEqual(prints(`${"# a line\n".repeat(100)}${twice}`), before);
  });

  it("splits what is more than GitHub shows of one run", () => {
    const many = `from sqlalchemy.orm import Session\ns = Session()\n${"s.query(int).get(1)\n".repeat(5001)}`;
    inWorkspace({ "many.py": many }, (workspace) => {
      const runs = runsOf(
        workspace.coach(["check", "--format", "sarif", "--select", supersededRule], { maxBuffer: 2 ** 28 }).stdout,
      );
      assert.deepEqual(
        runs.map(({ results }) => results.length),
        [5000, 1],
      );
      assert.equal(new Set(runs.map(({ automationDetails }) => automationDetails.id)).size, 2);
    });
  });
});
