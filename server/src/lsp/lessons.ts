import type { OpenLessonArguments } from "../protocol.ts";
import type { Span } from "../syntax/text.ts";
import type { OpenDocument } from "./documents.ts";
import type { Project } from "./projects.ts";

/** "session#identity-map" as a person reads it: "session › identity map". */
export const lessonTitle = (lesson: string): string => lesson.replaceAll("#", " › ").replaceAll("-", " ");

const mostLines = 20;
const mostUnits = 2000;

/** The person's own lines, without the indentation that they share: what a lesson shows first. */
export function exampleOf(
  document: OpenDocument,
  span: Span,
  project: Project,
): NonNullable<OpenLessonArguments["example"]> {
  const lines = document.lines
    .linesAround(span)
    .split(/\r\n|\r|\n/)
    .slice(0, mostLines);
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents, mostUnits);
  const code = lines
    .map((line) => line.slice(indent))
    .join("\n")
    .slice(0, mostUnits);
  return { code, source: `${project.shownPath(document.uri)}:${document.lines.positionAt(span.start).line + 1}` };
}
