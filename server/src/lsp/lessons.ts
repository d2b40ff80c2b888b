import type { OpenLessonArguments } from "../protocol.ts";
import type { Span } from "../syntax/text.ts";
import type { OpenDocument } from "./documents.ts";
import type { Project } from "./projects.ts";

/** "session#identity-map" as a person reads it: "session › identity map". */
export const lessonTitle = (lesson: string): string => lesson.replaceAll("#", " › ").replaceAll("-", " ");

const mostLines = 20;
const mostUnits = 2000;

/**
 * The person's own lines, without the indentation that they share: what a lesson shows first.
 *
 * @param name the offset behind the name that is asked about
 */
export function exampleOf(
  document: OpenDocument,
  span: Span,
  project: Project,
  name: number = span.end,
): NonNullable<OpenLessonArguments["example"]> {
  const { code } = dedented(document.lines.linesAround(span));
  const position = document.lines.positionAt(name);
  return { code, source: sourceOf(document, span, project), at: { uri: document.uri, position } };
}

/** "app/views.py:12", "notes.ipynb:cell 3:2" */
export const sourceOf = ({ unit, cell, lines }: OpenDocument, span: Span, project: Project): string =>
  `${project.shownPath(unit.uri)}:${cell === undefined ? "" : `cell ${cell}:`}${lines.positionAt(span.start).line + 1}`;

/** Whole lines without their common indentation, cut where they are many; `indent` units are gone from each. */
export function dedented(text: string): { readonly code: string; readonly indent: number } {
  const lines = text.split(/\r\n|\r|\n/).slice(0, mostLines);
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents, mostUnits);
  const code = lines
    .map((line) => line.slice(indent))
    .join("\n")
    .slice(0, mostUnits);
  return { code, indent };
}
