import { canonicalOf, isKnownModule, moduleExports } from "../knowledge/index.ts";
import type { SourceFile } from "../syntax/index.ts";
import type { ClassFacts } from "./facts.ts";
import { createResolver, type FileResolver } from "./index.ts";
import type { Model } from "./model.ts";
import { ModuleIndex } from "./modules.ts";
import { typeOfApi } from "./operations.ts";
import { Reach } from "./reach.ts";
import { type ModuleSummary, summarize } from "./summary.ts";
import { certain, type Inferred } from "./type.ts";
import type { ModelRef } from "./value.ts";
import type { Neighbours } from "./world.ts";

/** How a project gets at a file: `undefined` for one that it does not have. */
export interface FileSource {
  text(uri: string): string | undefined;
  syntax(uri: string): SourceFile | undefined;
}

/**
 * The files of a workspace as one another's neighbours. Summaries are made on first need and kept until their file
 * changes; linking is lazy, so that only what an open file can reach is ever read.
 */
export class Project implements Neighbours {
  readonly #source: FileSource;
  readonly #modules = new ModuleIndex();
  readonly #summaries = new Map<string, ModuleSummary | undefined>();
  readonly #resolvers = new Map<string, FileResolver>();
  readonly #reach: Reach;
  readonly #busy = new Set<string>();

  constructor(source: FileSource) {
    this.#source = source;
    this.#reach = new Reach(source.text, this.#modules);
  }

  /** Tells that a file is there, or has another text than before. */
  changed(uri: string): void {
    this.#modules.add(uri);
    this.#forget(uri);
  }

  removed(uri: string): void {
    this.#modules.remove(uri);
    this.#forget(uri);
  }

  #forget(uri: string): void {
    this.#summaries.delete(uri);
    // Every resolver may have asked this file; they are cheap until asked again.
    this.#resolvers.clear();
    this.#reach.changed(uri);
  }

  /** Whether a file can have to do with SQLAlchemy at all; one that can't need not be parsed. */
  reaches(uri: string): boolean {
    return this.#reach.has(uri);
  }

  summaryOf(uri: string): ModuleSummary | undefined {
    if (this.#summaries.has(uri)) return this.#summaries.get(uri);
    this.#summaries.set(uri, undefined);
    const file = this.#source.syntax(uri);
    const summary = file && summarize(file);
    this.#summaries.set(uri, summary);
    return summary;
  }

  /** Shared by everyone who asks about the file while nothing changes. */
  resolverOf(uri: string): FileResolver | undefined {
    const known = this.#resolvers.get(uri);
    if (known) return known;
    const file = this.#source.syntax(uri);
    if (!file) return undefined;
    const resolver = this.resolve(file);
    this.#resolvers.set(uri, resolver);
    return resolver;
  }

  /** A resolver for one version of a file, which need not be the one that others see. */
  resolve(file: SourceFile): FileResolver {
    return createResolver(file, this, this.reaches(file.uri));
  }

  exportOf(from: string, module: string, name: string | undefined): Inferred | undefined {
    const uri = this.#modules.find(from, module);
    if (name === undefined) return uri === undefined ? undefined : certain({ kind: "reference", from, module, name });
    const found = uri === undefined ? undefined : this.#exported(uri, name);
    if (found) return found;
    const submodule = `${module}${module.endsWith(".") ? "" : "."}${name}`;
    return this.#modules.find(from, submodule)
      ? certain({ kind: "reference", from, module: submodule, name: undefined })
      : undefined;
  }

  classFacts(uri: string, name: string): ClassFacts | undefined {
    const summary = this.summaryOf(uri);
    if (!summary || !Object.hasOwn(summary.classes, name)) return undefined;
    const found = summary.classes[name];
    if (!found) return undefined;
    const { line, bases, members } = found;
    return { uri, name, line, bases, member: (each) => (Object.hasOwn(members, each) ? members[each] : undefined) };
  }

  readonly fixture = (from: string, name: string): Inferred | undefined => {
    for (let folder = from; folder.includes("/"); ) {
      folder = folder.slice(0, folder.lastIndexOf("/"));
      const uri = `${folder}/conftest.py`;
      const found = this.#source.text(uri) === undefined ? undefined : this.#exported(uri, name);
      if (found) return found.type.kind === "reference" ? undefined : found;
    }
    return undefined;
  };

  modelOf(ref: ModelRef): Model | undefined {
    return this.resolverOf(ref.uri)?.modelOf(ref);
  }

  #exported(uri: string, name: string): Inferred | undefined {
    const key = `${uri}#${name}`;
    if (this.#busy.has(key)) return undefined;
    this.#busy.add(key);
    try {
      const summary = this.summaryOf(uri);
      if (!summary) return undefined;
      if (Object.hasOwn(summary.exports, name)) return summary.exports[name];
      for (const star of summary.stars) {
        if (isKnownModule(star) && moduleExports(star).includes(name)) {
          const canonical = canonicalOf(`${star}.${name}`);
          if (canonical) return certain(typeOfApi(canonical));
        }
        const target = this.#modules.find(uri, star);
        const all = target === undefined ? undefined : this.summaryOf(target)?.all;
        if (name.startsWith("_") ? !all?.includes(name) : all && !all.includes(name)) continue;
        const found = target === undefined ? undefined : this.#exported(target, name);
        if (found) return found;
      }
      return undefined;
    } finally {
      this.#busy.delete(key);
    }
  }
}
