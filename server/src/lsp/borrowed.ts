import type { Project } from "./projects.ts";
import { isInside, toKey } from "./uris.ts";

/**
 * Files that a workspace folder imports from another one: its analyser knows them, too, as files that are only resolved
 * against. A folder's own files come first, then those of the others in the client's order.
 */
export class BorrowedFiles {
  /** By the folder that imports: the owner of each file. */
  readonly #files = new WeakMap<Project, Map<string, Project>>();
  readonly #seen = new WeakMap<Project, string>();

  /** Makes sure of what a folder imports. Cheap where nothing changed since, and where there is one folder only. */
  bring(project: Project, all: readonly Project[]): void {
    const others = all.filter((other) => other !== project && other.folder !== undefined);
    const borrowed = this.#files.get(project) ?? new Map<string, Project>();
    if (project.folder === undefined || (others.length === 0 && borrowed.size === 0)) return;
    if (this.#seen.get(project) === stateOf(project, others)) return;
    this.#files.set(project, borrowed);
    for (const [key, owner] of borrowed) {
      const text = others.includes(owner) ? owner.service.document(key)?.text : undefined;
      if (text === undefined) {
        borrowed.delete(key);
        project.apply({ kind: "remove", uri: key });
      } else if (project.service.document(key)?.text !== text) borrow(project, key, text);
    }
    for (let round = 0; round < mostRounds && this.#follow(project, others, borrowed); round++);
    this.#seen.set(project, stateOf(project, others));
  }

  /** Brings what is missing now. Whether that may make more missing. */
  #follow(project: Project, others: readonly Project[], borrowed: Map<string, Project>): boolean {
    let isMore = false;
    for (const path of project.service.missing()) {
      if (borrowed.size >= mostFiles) return false;
      for (const { key, owner, text } of filesFor(path, others)) {
        if (project.service.document(key)) continue;
        borrow(project, key, text);
        borrowed.set(key, owner);
        isMore = true;
      }
    }
    return isMore;
  }
}

const mostRounds = 20;
const mostFiles = 2000;
const endings = [".py", "/__init__.py", ".pyi", "/__init__.pyi"];
/** Where a folder's packages lie. */
const roots = ["", "src/"];

const stateOf = (project: Project, others: readonly Project[]): string =>
  [project, ...others].map(({ folder, changes }) => `${folder} ${changes}`).join("\n");

const borrow = (project: Project, uri: string, text: string): void =>
  project.apply({ kind: "set", uri, version: 0, text, open: false });

interface Found {
  readonly key: string;
  readonly owner: Project;
  readonly text: string;
}

/** The first file that is there, of the first folder that has one. */
function filesFor(path: string, others: readonly Project[]): readonly Found[] {
  const isUri = /^[a-z][a-z0-9+.-]*:/i.test(path);
  for (const owner of others) {
    const bases = isUri
      ? [path]
      : roots.map((root) => `${toKey(owner.folder ?? "").replace(/\/+$/, "")}/${root}${path}`);
    for (const key of bases.flatMap((base) => endings.map((ending) => base + ending))) {
      // The owner may have borrowed files itself, also from the folder that asks.
      const isOwn = owner.folder !== undefined && isInside(key, owner.folder);
      const text = isOwn ? owner.service.document(key)?.text : undefined;
      if (text !== undefined) return [{ key, owner, text }];
    }
  }
  return [];
}
