import type { Uri, UriHandler } from "vscode";
import type { Lessons } from "./lessons/index.ts";

/** Opens `vscode://sqlalchemy-coach.sqlalchemy-coach/lesson/core-vs-orm#section` and `…/rule/query-get`; nothing else. */
export const linkHandler = (lessons: Lessons): UriHandler => ({
  async handleUri(uri) {
    const lesson = lessonOf(uri);
    if (lesson !== undefined) await lessons.open({ lesson });
  },
});

function lessonOf({ path, fragment }: Uri): string | undefined {
  const [, kind, id] = /^\/(lesson|rule)\/([a-z0-9-]{1,100})\/?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  if (kind === "rule") return `rule:${id}`;
  return /^[a-z0-9-]{1,100}$/.test(fragment) ? `${id}#${fragment}` : id;
}
