/**
 * One spelling a document. Editors escape more than they must (`c%3A`, `%28`), differently from each other and from
 * what a file search yields, and the analyser compares uris as strings.
 */
export function toKey(uri: string): string {
  if (plain.test(uri)) return uri;
  const parts = /^file:\/\/([^/]*)(\/[^?#]*)$/i.exec(uri);
  if (!parts) return uri;
  const segments = (parts[2] ?? "").split("/").map((segment) => encodeURIComponent(decoded(segment)));
  // A drive's letter has no case.
  segments[1] = (segments[1] ?? "").replace(/^([a-zA-Z])%3A$/, (_, letter: string) => `${letter.toLowerCase()}:`);
  return `file://${parts[1]?.toLowerCase()}${segments.join("/")}`;
}

/** What no client escapes, and begins with no drive: its own key. Most are. */
const plain = /^file:\/\/\/[\w.~-]*(?:\/[\w.~-]*)*$/;

/** The path below a folder, unescaped, or the whole path for a document outside of it: for people to read. */
export function shownPath(uri: string, folder: string | undefined): string {
  const key = toKey(uri);
  if (folder !== undefined && isInside(key, folder))
    return decoded(key.slice(toKey(folder).length).replace(/^\/+/, ""));
  return decoded(key.replace(/^[a-z][a-z0-9+.-]*:(\/\/)?/i, "").replace(/#.*$/, ""));
}

/** The folder that a file or folder lies in, without a slash at its end; `undefined` for what lies in none. */
export function folderOf(uri: string): string | undefined {
  const [, root = "", path = ""] = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?)(.*?)\/*$/i.exec(uri) ?? [];
  return path === "" ? undefined : root + path.slice(0, path.lastIndexOf("/"));
}

/** The uri's path, unescaped, without a slash at its end: to compare with others of the same kind of uri. */
export function pathOf(uri: string): string {
  return decoded(toKey(uri).replace(/^file:\/\/|[?#].*$/g, "")).replace(/\/+$/, "");
}

export function isInside(uri: string, folder: string): boolean {
  const inner = toKey(uri);
  const outer = toKey(folder).replace(/\/+$/, "");
  return inner === outer || inner.startsWith(`${outer}/`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone "%" is legal in a file name, and some clients leave it as it is.
    return text;
  }
}
