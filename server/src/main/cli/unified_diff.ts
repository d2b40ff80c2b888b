import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

/** A unified diff that `patch -p1` and `git apply` take; both texts with their byte order mark, if any. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const patch = structuredPatch(`a/${path}`, `b/${path}`, before, after, "", "", { context: 3 });
  return formatPatch(patch, FILE_HEADERS_ONLY);
}
