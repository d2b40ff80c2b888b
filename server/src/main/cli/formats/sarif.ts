import { version } from "../../../../../package.json";
import { type Effect, effects } from "../../../engine/finding.ts";
import type { RuleInfo } from "../../../service/types.ts";
import { groupBy } from "../lists.ts";
import type { CheckReport, Position, ReportedEdit, ReportedFinding } from "../report.ts";

/** GitHub shows no more results of one run than this. */
const resultsPerRun = 5000;

const levels: Readonly<Record<Effect, "error" | "warning" | "note">> = {
  raises: "error",
  changes: "warning",
  deprecated: "note",
  legacy: "note",
};

/**
 * SARIF 2.1.0. All rules are listed in each run, fired or not, so that a consumer can close what is gone.
 * `fingerprints` names each finding by its code, in the findings' order.
 */
export function toSarif(report: CheckReport, rules: readonly RuleInfo[], fingerprints: readonly string[]): string {
  const results = report.findings.map((finding, index) => toResult(finding, rules, fingerprints[index] ?? ""));
  const shards: unknown[][] = [results.slice(0, resultsPerRun)];
  for (let at = resultsPerRun; at < results.length; at += resultsPerRun) {
    shards.push(results.slice(at, at + resultsPerRun));
  }
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: shards.map((shard, index) => ({
      tool: { driver: driver(rules) },
      automationDetails: { id: `sqlalchemy-coach/${index === 0 ? "" : `${index + 1}/`}` },
      columnKind: "utf16CodeUnits",
      originalUriBaseIds: { SRCROOT: { description: { text: "The working directory of the run." } } },
      invocations: [index === 0 ? invocation(report) : { executionSuccessful: true }],
      properties: { target: report.target, targetBecause: report.targetBecause },
      results: shard,
    })),
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function driver(rules: readonly RuleInfo[]): unknown {
  return {
    name: "SQLAlchemy Coach",
    semanticVersion: version,
    rules: rules.map(({ id, family, title, doc, effects: byTarget }) => {
      const worst = effects.find((effect) => Object.values(byTarget).includes(effect)) ?? "legacy";
      return {
        id,
        shortDescription: { text: title },
        ...(doc && { helpUri: doc }),
        defaultConfiguration: { level: levels[worst] },
        properties: { tags: ["sqlalchemy", family], effects: byTarget },
      };
    }),
  };
}

function invocation({ faults }: CheckReport): unknown {
  return {
    executionSuccessful: true,
    toolExecutionNotifications: faults.map(({ path, message }) => ({
      level: "error",
      message: { text: message },
      locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
    })),
  };
}

function toResult(finding: ReportedFinding, rules: readonly RuleInfo[], fingerprint: string): unknown {
  const { rule, effect, message, path, cell, start, end, safety, certainty, because, conditions, lesson, fix } =
    finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[effect],
    message: { text: cell === undefined ? message : `Cell ${cell}: ${message}` },
    // The lines of a cell are not lines of the notebook's file.
    locations: [
      { physicalLocation: { artifactLocation: artifact(path), ...(!cell && { region: region(start, end) }) } },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    ...(fix && !cell && { fixes: [{ description: { text: fix.title }, artifactChanges: changes(fix.edits) }] }),
    properties: { effect, safety, certainty, because, conditions, lesson, ...(cell && { cell, start, end }) },
  };
}

function changes(edits: readonly ReportedEdit[]): unknown {
  return [...groupBy(edits, ({ path }) => path)].map(([path, list]) => ({
    artifactLocation: artifact(path),
    replacements: list.map(({ start, end, text }) => ({
      deletedRegion: region(start, end),
      ...(text && { insertedContent: { text } }),
    })),
  }));
}

const region = (start: Position, end: Position): unknown => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

const artifact = (path: string): unknown => ({
  uri: path.split("/").map(encodeURIComponent).join("/"),
  uriBaseId: "SRCROOT",
});
