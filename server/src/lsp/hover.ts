import { type Hover, MarkupKind } from "vscode-languageserver";
import type { Evidence } from "../engine/finding.ts";
import { type OpenLessonArguments, openLessonCommand } from "../protocol.ts";
import type { Label } from "../service/types.ts";
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

const mostLines = 12;

const isKnown = ({ api, layer, certainty }: Label): boolean =>
  certainty !== "unknown" && (api !== null || layer !== null);

function linesOf(label: Label, context: HoverContext, markup: Markup): readonly string[] {
  const { translate: t } = context;
  const layer = { core: t("Core"), orm: t("ORM"), both: t("Core and ORM") };
  const name = label.api === null ? [] : [markup.code(label.api)];
  const head = [...(label.layer ? [markup.bold(layer[label.layer])] : []), ...name].join(" · ");
  const hedge = label.certainty === "likely" ? ` ${markup.text(t("(likely)"))}` : "";
  const paragraphs: string[][] = [
    [head + hedge],
    label.summary === "" ? [] : [markup.prose(label.summary)],
    reasons(label, context, markup),
    label.history === "" ? [] : [markup.prose(label.history)],
  ];
  const last = links(label, context, markup);
  const written = paragraphs.filter((lines) => lines.length > 0);
  const used = written.reduce((sum, lines) => sum + lines.length + 1, 0) + last.length;
  const details = detailsOf(label.details, mostLines - used - 1, context, markup);
  const all = [...written, details, last].filter((lines) => lines.length > 0);
  return all.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])).slice(0, mostLines);
}

/** "because `db = SQLAlchemy()` (app/extensions.py:4)", at most two: the ones nearest to the person's code. */
function reasons({ because }: Label, { documents, project, translate }: HoverContext, markup: Markup): string[] {
  const places = new Places(documents, project);
  return because.slice(0, 2).map((evidence: Evidence, index) => {
    const text = markup.prose(evidence.text);
    const location = places.locate(evidence);
    const where = evidence.at && `${project.shownPath(evidence.at.uri)}:${evidence.at.line}`;
    const link = where && location ? ` (${markup.link(where, `${location.uri}#L${evidence.at?.line}`)})` : "";
    const said = index === 0 ? translate("because {0}", text) : translate("and {0}", text);
    return said + link + (index + 1 < Math.min(because.length, 2) ? markup.lineBreak : "");
  });
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
