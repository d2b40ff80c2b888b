import { canonicalOf, isKnownModule, moduleExports } from "../knowledge/index.ts";
import { typeOfApi } from "./api_types.ts";
import type { ModuleIndex } from "./modules.ts";
import type { ModuleSummary } from "./summary.ts";
import { certain, type Inferred } from "./type.ts";

/** Reads another file's summary, and remembers that it was read. */
export type Ask = (uri: string) => ModuleSummary | undefined;

/** Stands for the modules whose every name a file imports, where a reference names one. */
export const stars = "<stars>";

/** Names as other files see them: a module's own, those that it hands on by a star, and pytest's fixtures. */
export class Exports {
  readonly #modules: ModuleIndex;

  constructor(modules: ModuleIndex) {
    this.#modules = modules;
  }

  /** A file that was searched for the name once, through whichever stars, need not be again: webs of stars have many ways. */
  exported(uri: string, name: string, ask: Ask, searched = new Set<string>()): Inferred | undefined {
    if (searched.has(uri)) return undefined;
    searched.add(uri);
    const summary = ask(uri);
    return summary && (summary.exportOf(name) ?? this.#starred(uri, summary.stars, name, ask, searched));
  }

  #starred(uri: string, stars: readonly string[], name: string, ask: Ask, searched: Set<string>): Inferred | undefined {
    for (const star of stars) {
      if (isKnownModule(star) && moduleExports(star).includes(name)) {
        const canonical = canonicalOf(`${star}.${name}`);
        if (canonical) return certain(typeOfApi(canonical));
      }
      const target = this.#modules.find(uri, star);
      const all = target === undefined ? undefined : ask(target)?.all;
      if (name.startsWith("_") ? !all?.includes(name) : all && !all.includes(name)) continue;
      const found = target === undefined ? undefined : this.exported(target, name, ask, searched);
      if (found) return found;
    }
    return undefined;
  }

  /** The function that pytest calls for a parameter, from the conftest files above a test. */
  fixture(from: string, name: string, ask: Ask): Inferred | undefined {
    let folder = from;
    while (folder.includes("/")) {
      folder = folder.slice(0, folder.lastIndexOf("/"));
      const uri = `${folder}/conftest.py`;
      const found = uri !== from && this.#modules.has(uri) ? this.#fixtureIn(uri, name, ask) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** A fixture of a file, one that it imports, or one of its plugins'. */
  #fixtureIn(uri: string, name: string, ask: Ask, depth = 0): Inferred | undefined {
    const summary = ask(uri);
    if (!summary || depth > 5) return undefined;
    const own = summary.fixtureOf(name);
    if (own) return own;
    const imported = summary.exportOf(name)?.type;
    const modules =
      imported?.kind === "reference" && imported.name !== undefined
        ? [{ module: imported.module, name: imported.name }]
        : [...summary.stars, ...summary.plugins].map((module) => ({ module, name }));
    for (const each of modules) {
      const target = this.#modules.find(uri, each.module);
      const found = target === undefined ? undefined : this.#fixtureIn(target, each.name, ask, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
}
