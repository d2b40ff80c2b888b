import { effects, type Target, targets } from "../../engine/finding.ts";
import { unknownName } from "../../service/nearest.ts";
import type { RuleInfo } from "../../service/types.ts";
import { coloursFor } from "./colours.ts";
import { groupBy } from "./lists.ts";
import { openService } from "./local_service.ts";
import type { Status } from "./run.ts";
import { UsageError } from "./usage_error.ts";

/** `rules`: all rules, those of one family, or one with its examples. */
export async function rules(
  name: string | undefined,
  { format }: { readonly format: "text" | "json" },
): Promise<Status> {
  const all = await ruleInfos();
  const wanted = all.filter(({ id, family }) => name === undefined || id === name || family === name);
  if (name !== undefined && wanted.length === 0) {
    throw new UsageError(unknownName("rule", name, new Set(all.flatMap(({ id, family }) => [id, family]))));
  }
  const [first] = wanted;
  if (format === "json") {
    process.stdout.write(`${JSON.stringify({ version: 1, rules: wanted }, undefined, 2)}\n`);
  } else if (first && wanted.length === 1 && first.id === name) {
    process.stdout.write(page(first));
  } else {
    process.stdout.write(list(wanted));
  }
  return 0;
}

/** All rules by family and id. */
export async function ruleInfos(): Promise<readonly RuleInfo[]> {
  const service = await openService({ fault: () => {} });
  const infos = service.rules();
  service.dispose();
  return infos.toSorted((a, b) => (`${a.family} ${a.id}` < `${b.family} ${b.id}` ? -1 : 1));
}

function list(infos: readonly RuleInfo[]): string {
  const colours = coloursFor(process.stdout);
  const width = Math.max(...infos.map(({ id }) => id.length));
  const families = [...groupBy(infos, ({ family }) => family)].map(([family, members]) => {
    const lines = members.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}\n`);
    return `${colours.strong(family)}\n${lines.join("")}`;
  });
  return families.join("\n");
}

function page({ id, family, title, lesson, doc, effects: byTarget, examples }: RuleInfo): string {
  const colours = coloursFor(process.stdout);
  const perTarget = targets.map((target) => `${target} ${effectOn(target, byTarget)}`).join(", ");
  const blocks = examples.map(({ bad, good }) => {
    const removed = prefixed("- ", bad).map((line) => colours.removed(line));
    const added = good === undefined ? [] : prefixed("+ ", good).map((line) => colours.added(line));
    return `\n${[...removed, ...added].join("\n")}\n`;
  });
  const head = [`${colours.strong(id)} (${family})`, title, `On SQLAlchemy ${perTarget}.`, `Lesson ${lesson}`, doc];
  return `${head.filter(Boolean).join("\n")}\n${blocks.join("")}`;
}

const effectOn = (target: Target, byTarget: RuleInfo["effects"]): string =>
  effects.find((effect) => byTarget[target] === effect) ?? "fine";

const prefixed = (prefix: string, code: string): string[] =>
  code
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => prefix + line);
