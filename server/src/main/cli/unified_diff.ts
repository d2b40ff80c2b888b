import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

/** A unified diff that `patch -p1` and `git apply` take; both texts with their byte order mark, if any. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const patch = structuredPatch(`a/${path}`, `b/${path}`, before, after, "", "", { context: 3 });
  const text = formatPatch(patch, FILE_HEADERS_ONLY);
  // A tab ends a name with blanks, as in git's own diffs: patch would end it at the first blank.
  return path.includes(" ") ? text.replace(/^(?:---|\+\+\+) [ab]\/.*$/gm, endedByTab(2)) : text;
}

/** Replaces the first `count` matches only: the lines of the file below may look the same. */
function endedByTab(count: number): (line: string) => string {
  let left = count;
  return (line) => (left-- > 0 ? `${line}\t` : line);
}
