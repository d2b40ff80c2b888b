import type { Finding, Target } from "../../engine/finding.ts";
import type { Config, Label } from "../../service/types.ts";
import { lineStarts, overlaps } from "../../syntax/index.ts";
import { coloursFor } from "./colours.ts";
import { openService } from "./local_service.ts";
import { targetOf } from "./project.ts";
import { placeText, Reporter } from "./report.ts";
import { read, type Status, warn } from "./run.ts";
import type { Source } from "./sources.ts";
import { UsageError } from "./usage_error.ts";

export interface ExplainOptions {
  readonly target?: Target;
  readonly format: "text" | "json";
}

/** `explain FILE:LINE:COLUMN`: what stands there, which layer it belongs to, and why we believe so. */
export async function explain(place: string, options: ExplainOptions): Promise<Status> {
  const { file, cell, line, column } = parsed(place);
  const { project, sources } = await read([file]);
  warn(project);
  const [fault] = sources.faults;
  if (fault) throw new UsageError(`${fault.path} ${fault.message}`);
  const source = sources.all.find(({ asked }) => asked);
  const config: Config = { ...targetOf(project, options.target), select: [], ignore: [] };
  const reporter = new Reporter(sources.all);
  const service = await openService({ fault: (message) => process.stderr.write(`sqlalchemy-coach: ${message}\n`) });
  service.configure(config);
  service.apply(sources.all.map(({ uri, text }) => ({ kind: "set", uri, text, version: 1, open: false })));
  const label = source && service.label(source.uri, offsetIn(source, cell, line, column));
  const findings = source && label ? service.findings(source.uri) : [];
  process.stdout.write(options.format === "json" ? json(label, reporter) : text(source, label, findings, reporter));
  service.dispose();
  return 0;
}

interface Location {
  readonly file: string;
  readonly cell?: number;
  readonly line: number;
  readonly column: number;
}

function parsed(place: string): Location {
  const [, file, cell, line, column] = /^(.+?)(?::cell (\d+))?:(\d+):(\d+)$/.exec(place) ?? [];
  if (file === undefined || Number(line) < 1 || Number(column) < 1) {
    throw new UsageError(`"${place}" is not FILE:LINE:COLUMN, with lines and columns from 1`);
  }
  return { file, line: Number(line), column: Number(column), ...(cell !== undefined && { cell: Number(cell) }) };
}

function offsetIn(
  { path, text, notebook }: Source,
  cellNumber: number | undefined,
  line: number,
  column: number,
): number {
  if (!notebook) return offsetOf(text, path, line, column);
  const cell = notebook.cells.find(({ number }) => number === cellNumber);
  if (!cell) throw new UsageError(`${path} has no Python cell ${cellNumber ?? ""}: say "${path}:cell N:LINE:COLUMN"`);
  return cell.start + offsetOf(cell.source, `${path}:cell ${cellNumber}`, line, column);
}

/** A column behind the line's end is its end. */
function offsetOf(text: string, path: string, line: number, column: number): number {
  const starts = lineStarts(text);
  const start = starts[line - 1];
  if (start === undefined) throw new UsageError(`${path} has ${starts.length} lines, there is no line ${line}`);
  return Math.min(start + column - 1, (starts[line] ?? text.length + 1) - 1);
}

function json(label: Label | undefined, reporter: Reporter): string {
  const { api = null, layer = null, certainty = "unknown", because = [], summary = "", history = "" } = label ?? {};
  const { lesson = "", doc = "", details = [], findings = [] } = label ?? {};
  const reasons = because.map((evidence) => reporter.evidence(evidence));
  const { kind = null, title = "" } = label ?? {};
  const facts = (label?.facts ?? []).map(({ name, text, at }) => ({
    name,
    text: reporter.evidence({ text, ...(at && { at }) }),
  }));
  const about = {
    kind,
    title,
    facts,
    api,
    layer,
    certainty,
    because: reasons,
    summary,
    history,
    lesson,
    findings,
    doc,
    rows: label?.rows ?? [],
    details,
  };
  return `${JSON.stringify(about, undefined, 2)}\n`;
}

const layers = { core: "Core", orm: "ORM", both: "Core and ORM" };

function text(
  source: Source | undefined,
  label: Label | undefined,
  findings: readonly Finding[],
  reporter: Reporter,
): string {
  const colours = coloursFor(process.stdout);
  if (!source || !label || label.layer === null) return "Nothing of SQLAlchemy's that can be told here.\n";
  const code = source.text.slice(label.span.start, label.span.end);
  const doubt = label.certainty === "certain" ? "" : ` (${label.certainty})`;
  const lines = [
    `${placeText(reporter.place(source.uri, label.span))} ${code.split("\n", 1)[0]}${code.includes("\n") ? " …" : ""}`,
    `${colours.strong(layers[label.layer])} ${nameOf(label)}${doubt}`,
    label.summary,
    label.history,
    ...label.facts.map(({ name, text, at }) => `${name}: ${reporter.evidence({ text, ...(at && { at }) })}`),
    ...(label.rows.length > 0 ? aligned(label.rows) : label.details).map((detail) => `  ${detail}`),
    ...label.because.map((evidence) => `because ${reporter.evidence(evidence)}`),
    ...findings
      .filter(({ rule, span }) => label.findings.includes(rule) && overlaps(span, label.span))
      .map(({ effect, rule, message }) => `${colours.effect(effect, effect)} ${colours.strong(rule)} ${message}`),
    label.lesson && `Lesson ${label.lesson}`,
    label.doc,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

/** "column Author.name", "parameter lazy= of sqlalchemy.orm.relationship" */
function nameOf({ kind, title, api }: Label): string {
  if (kind === "name") return api ?? title;
  const of = kind === "parameter" || kind === "option" ? ` of ${api}` : "";
  return `${kind} ${title}${of}`;
}

function aligned(rows: Label["rows"]): readonly string[] {
  const bare = rows.map((row) => row.map((cell) => cell.replaceAll("`", "")));
  const width = (column: number): number => Math.max(...bare.map((row) => row[column]?.length ?? 0));
  return bare.map(([name = "", type = "", more = ""]) =>
    `${name.padEnd(width(0))}  ${type.padEnd(width(1))}  ${more}`.trimEnd(),
  );
}
