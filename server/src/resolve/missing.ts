import { isKnownModule } from "../knowledge/index.ts";
import type { ModuleIndex } from "./modules.ts";
import type { Reach } from "./reach.ts";

/** What a project's files import and none of them is: by their import lines alone. */
export class Missing {
  /** By the importing file; good while it has the same imports, and for one set of files. */
  readonly #known = new Map<string, { readonly imports: readonly string[]; readonly missing: readonly string[] }>();
  #files = 0;

  /**
   * Paths without an ending: "shared/models" below some folder for an absolute import, a uri for a relative one.
   *
   * @param files another number for each set of files
   */
  of(uris: Iterable<string>, files: number, reach: Reach, modules: ModuleIndex): ReadonlySet<string> {
    if (files !== this.#files) this.#known.clear();
    this.#files = files;
    const all = new Set<string>();
    for (const uri of uris) {
      const imports = reach.imports(uri);
      let known = this.#known.get(uri);
      if (known?.imports !== imports) {
        known = { imports, missing: missingFrom(uri, imports, modules) };
        this.#known.set(uri, known);
      }
      for (const path of known.missing) all.add(path);
    }
    return all;
  }
}

function missingFrom(uri: string, imports: readonly string[], modules: ModuleIndex): readonly string[] {
  const isMissing = (module: string): boolean => !isKnownModule(module) && modules.find(uri, module) === undefined;
  return imports.filter(isMissing).map((module) => pathOf(uri, module));
}

function pathOf(from: string, module: string): string {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const path = module.slice(dots).replaceAll(".", "/");
  if (dots === 0) return path;
  const folder = from.split("/").slice(0, -dots).join("/");
  return path === "" ? folder : `${folder}/${path}`;
}
