import { type Hover, MarkupKind } from "vscode-languageserver";
import type { Evidence } from "../engine/finding.ts";
import { type OpenLessonArguments, openLessonCommand } from "../protocol.ts";
import type { Label, LabelFact, LabelKind } from "../service/types.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { exampleOf, lessonTitle } from "./lessons.ts";
import { type Markup, markdown, plain } from "./markup.ts";
import { Places, type Project } from "./projects.ts";
import type { Translate } from "./strings.ts";

export interface HoverContext {
  readonly documents: Documents;
  readonly document: OpenDocument;
  readonly project: Project;
  readonly translate: Translate;
  /** Whether the client shows Markdown. */
  readonly markdown: boolean;
  /** Whether the client has the command that opens a lesson: a link to it would be dead elsewhere. */
  readonly lessonCommand: boolean;
}

export function toHover(label: Label, context: HoverContext): Hover | undefined {
  if (!isKnown(label)) return undefined;
  const kind = context.markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  const value = linesOf(label, context, context.markdown ? markdown : plain).join("\n");
  return { contents: { kind, value }, range: context.document.lines.rangeOf(label.span) };
}

/** What a hover says, as plain text. */
export const toPlainText = (label: Label, context: HoverContext): string => linesOf(label, context, plain).join("\n");

/** Without a table; a table has at most so many rows. */
const mostLines = 12;
const mostRows = 20;

const isKnown = ({ api, layer, certainty }: Label): boolean =>
  certainty !== "unknown" && (api !== null || layer !== null);

function linesOf(label: Label, context: HoverContext, markup: Markup): readonly string[] {
  const table = tableOf(label.rows, context, markup);
  const head = [[headOf(label, context, markup)], label.summary === "" ? [] : [markup.prose(label.summary)]];
  const rest: (readonly string[])[] = [
    factLines(label, context, markup),
    reasons(label, context, markup),
    label.history === "" ? [] : [markup.prose(label.history)],
  ];
  const last = links(label, context, markup);
  const written = [...head, ...rest].filter((lines) => lines.length > 0);
  const used = written.reduce((sum, lines) => sum + lines.length + 1, 0) + last.length;
  const details = table.length > 0 ? [] : detailsOf(label.details, mostLines - used - 1, context, markup);
  const all = [...head, table, ...rest, details, last].filter((lines) => lines.length > 0);
  const lines = all.flatMap((paragraph, index) => (index === 0 ? paragraph : ["", ...paragraph]));
  return lines.slice(0, mostLines + (table.length > 0 ? table.length + 1 : 0));
}

/** "ORM · column `Author.name`", "Core · `sqlalchemy.select`" */
function headOf(label: Label, { translate: t }: HoverContext, markup: Markup): string {
  const layer = { core: t("Core"), orm: t("ORM"), both: t("Core and ORM") };
  const kinds: Readonly<Record<LabelKind, string>> = {
    name: "",
    parameter: t("parameter"),
    option: t("option"),
    column: t("column"),
    relationship: t("relationship"),
    attribute: t("attribute"),
    model: t("mapped class"),
    object: t("object of"),
    table: t("table"),
    mixin: t("column of a mixin"),
  };
  const spoken = label.kind === "name" && label.api !== null ? label.api : label.title || (label.api ?? "");
  const kind = kinds[label.kind] === "" ? "" : `${markup.text(kinds[label.kind])} `;
  const of = /^(parameter|option)$/.test(label.kind) ? ` · ${markup.code(label.api ?? "")}` : "";
  const name = spoken === "" ? [] : [`${kind}${markup.code(spoken)}${of}`];
  const head = [...(label.layer ? [markup.bold(layer[label.layer])] : []), ...name].join(" · ");
  return label.certainty === "likely" ? `${head} ${markup.text(t("(likely)"))}` : head;
}

/** "Other side: `Book.author` (app/models.py:12)", a line each. */
function factLines({ facts }: Label, context: HoverContext, markup: Markup): string[] {
  const { translate: t } = context;
  const names: Readonly<Record<LabelFact["name"], string>> = {
    "foreign key": t("Foreign key"),
    through: t("Through"),
    "other side": t("Other side"),
    cascade: t("Cascade"),
    loading: t("Loading"),
    "declared in": t("Declared in"),
    "checked by": t("Checked by"),
  };
  return facts.slice(0, mostFacts).map(({ name, text, at }, index, shown) => {
    const where = at ? placeLink({ text: "", at }, context, markup) : "";
    const line = `${markup.text(`${names[name]}:`)} ${markup.prose(text)}${where}`;
    return line + (index + 1 < shown.length ? markup.lineBreak : "");
  });
}

const mostFacts = 5;

function tableOf(rows: Label["rows"], { translate: t }: HoverContext, markup: Markup): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, rows.length > mostRows ? mostRows - 1 : mostRows);
  const cells = shown.map(([attribute, type, more]) => [`\`${attribute}\``, type, more]);
  const left = rows.length - shown.length;
  const more = left > 0 ? [[t("… and {0} more", left), "", ""]] : [];
  return markup.table([t("Attribute"), t("Type"), ""], [...cells, ...more]);
}

/** "because `db = SQLAlchemy()` (app/extensions.py:4)", at most two: the ones nearest to the person's code. */
function reasons({ because }: Label, context: HoverContext, markup: Markup): string[] {
  const { translate } = context;
  return because.slice(0, 2).map((evidence: Evidence, index) => {
    const text = markup.prose(evidence.text);
    const link = placeLink(evidence, context, markup);
    const said = index === 0 ? translate("because {0}", text) : translate("and {0}", text);
    return said + link + (index + 1 < Math.min(because.length, 2) ? markup.lineBreak : "");
  });
}

/** " (app/extensions.py:4)", a link where the file is known; "" for what has no place. */
function placeLink(evidence: Evidence, { documents, project }: HoverContext, markup: Markup): string {
  const places = new Places(documents, project);
  const location = places.locate(evidence);
  if (!evidence.at || !location) return "";
  const shown = places.shown(evidence.at);
  // The uri of a cell has a fragment of its own already, and takes no line.
  if (location.uri.includes("#")) return ` (${markup.text(shown)})`;
  return ` (${markup.link(shown, `${location.uri}#L${location.range.start.line + 1}`)})`;
}

/** As many lines of a table as there is room for; the block itself takes two. */
function detailsOf(details: readonly string[], room: number, { translate }: HoverContext, markup: Markup): string[] {
  const most = room - 2;
  if (details.length === 0 || most < 1) return [];
  const shown =
    details.length <= most
      ? details
      : [...details.slice(0, most - 1), translate("… {0} more", details.length - most + 1)];
  return markup.block(shown);
}

function links(label: Label, { document, project, lessonCommand, translate }: HoverContext, markup: Markup): string[] {
  const links: string[] = [];
  if (label.lesson !== "") {
    const title = translate("Lesson: {0}", lessonTitle(label.lesson));
    const opened: OpenLessonArguments = { lesson: label.lesson, example: exampleOf(document, label.span, project) };
    const command = `command:${openLessonCommand}?${encodeURIComponent(JSON.stringify([opened]))}`;
    links.push(lessonCommand ? markup.link(title, command) : markup.text(title));
  }
  if (/^https:\/\//.test(label.doc)) links.push(markup.link(translate("Documentation"), label.doc));
  return links.length > 0 ? [links.join(" · ")] : [];
}
