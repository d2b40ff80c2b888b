import { canonicalOf, isKnownModule, moduleExports } from "../knowledge/index.ts";
import type { SourceFile } from "../syntax/index.ts";
import { ClassIndex } from "./class_index.ts";
import type { World } from "./facts.ts";
import { fixtures, fixtureValue } from "./fixtures.ts";
import { Given, given, givenParameter } from "./given.ts";
import { type Asked, type Grounds, groundsFrom } from "./grounds.ts";
import { createResolver, type FileResolver } from "./index.ts";
import { Mentions } from "./mentions.ts";
import { Missing } from "./missing.ts";
import { ModuleIndex } from "./modules.ts";
import { typeOfApi, union } from "./operations.ts";
import { Reach } from "./reach.ts";
import { requestMethods } from "./registrations.ts";
import { type ModuleSummary, summarize } from "./summary.ts";
import { certain, type Inferred } from "./type.ts";
import type { Evidence } from "./value.ts";
import { createWorld, type Neighbours } from "./world.ts";

/** How a project gets at a file: `undefined` for one that it does not have. */
export interface FileSource {
  text(uri: string): string | undefined;
  syntax(uri: string): SourceFile | undefined;
}

const nothingAsked = (): Asked => ({ files: new Map(), names: new Map(), given: new Map() });

/** What an answer says, wherever its reasons stand. */
const saying = (found: Inferred | undefined): string =>
  JSON.stringify(found, (key, value) => (key === "at" ? undefined : value)) ?? "";

/** Stands for the files that add to requests, among the grounds that are found by a name. */
const registering = "()";

interface Kept {
  readonly file: SourceFile;
  readonly resolver: FileResolver;
  readonly asked: Asked;
  /** The file set that imports were looked up in. */
  readonly files: number;
  /** The change up to which the grounds were last compared. */
  checked: number;
}

/**
 * The files of a workspace as one another's neighbours. Summaries are made on first need and kept until their file
 * changes; linking is lazy, so that only what an open file can reach is ever read. A resolver outlives every change
 * that leaves the meaning of what it rests on alone.
 */
export class Project {
  readonly #source: FileSource;
  readonly #modules = new ModuleIndex();
  readonly #reach: Reach;
  readonly #missing = new Missing();
  readonly #summaries = new Map<string, ModuleSummary | undefined>();
  readonly #classes: ClassIndex;
  /** For evidence of a summary that another of equal meaning has replaced: its file, and its number there. */
  readonly #places = new WeakMap<Evidence, { readonly uri: string; readonly index: number }>();
  /** For a reason of what callers hand over: the same one where it stands now. */
  readonly #moved = new WeakMap<Evidence, Evidence>();
  readonly #mentions: Mentions;
  readonly #callers: Given;
  readonly #given = new Map<string, Inferred>();
  /** Of no file: in it the calls of all of them are compared. */
  #between: World | undefined;
  #circles = 0;
  readonly #kept = new Map<string, Kept>();
  readonly #known = new Set<string>();
  /** Parameters whose callers are being asked. */
  readonly #busy = new Set<string>();
  #files = 0;
  #changes = 0;

  constructor(source: FileSource) {
    this.#source = source;
    this.#classes = new ClassIndex(source);
    this.#reach = new Reach(source.text, this.#modules);
    this.#mentions = new Mentions(source);
    this.#callers = new Given(this.#mentions, (uri) => (this.reaches(uri) ? this.summaryOf(uri) : undefined));
  }

  /** Tells that a file is there, or has another text than before. */
  changed(uri: string): void {
    if (!this.#known.has(uri)) {
      this.#known.add(uri);
      this.#modules.add(uri);
      this.#files++;
    }
    this.#mentions.changed(uri);
    this.#forget(uri);
  }

  removed(uri: string): void {
    this.#known.delete(uri);
    this.#modules.remove(uri);
    this.#kept.delete(uri);
    this.#files++;
    this.#mentions.removed(uri);
    this.#forget(uri);
  }

  #forget(uri: string): void {
    this.#changes++;
    this.#given.clear();
    this.#between = undefined;
    this.#summaries.delete(uri);
    this.#classes.changed(uri);
    this.#reach.changed(uri);
  }

  missing(): ReadonlySet<string> {
    return this.#missing.of(this.#known, this.#files, this.#reach, this.#modules);
  }

  /** Whether a file can have to do with SQLAlchemy at all; one that can't need not be parsed. */
  reaches(uri: string): boolean {
    return this.#reach.has(uri);
  }

  /** The same object until the file, or the meaning of another that it rests on, changes. */
  resolverOf(uri: string): FileResolver | undefined {
    const file = this.#source.syntax(uri);
    if (!file) return undefined;
    const kept = this.#kept.get(uri);
    if (kept?.file === file && this.#holds(kept)) return kept.resolver;
    const asked = nothingAsked();
    const resolver = createResolver(file, this.#neighbours(uri, asked), this.reaches(uri));
    this.#kept.set(uri, { file, resolver, asked, files: this.#files, checked: this.#changes });
    return resolver;
  }

  /** What the answers of the resolver that `resolverOf` made rest on; `undefined` where there is none. */
  groundsOf(uri: string): Grounds | undefined {
    return groundsFrom(uri, (each) => this.#kept.get(each)?.asked);
  }

  /** The files that define a class of a name, as one string. */
  definingFiles(name: string): string {
    return this.#filesFor(name).join();
  }

  /** The file that `module`, as written in the file `from`, means. */
  fileOf(from: string, module: string): string | undefined {
    return this.#modules.find(from, module);
  }

  /** A resolver for one version of a file, which need not be the one that others see. */
  resolve(file: SourceFile): FileResolver {
    return createResolver(file, this.#neighbours(file.uri, nothingAsked()), this.reaches(file.uri));
  }

  #holds(kept: Kept): boolean {
    if (kept.files !== this.#files) return false;
    if (kept.checked === this.#changes) return true;
    for (const [name, ground] of kept.asked.names) if (this.definingFiles(name) !== ground) return false;
    for (const [uri, ground] of kept.asked.files) {
      if (!this.#stillSays(uri, ground)) return false;
    }
    for (const [key, ground] of kept.asked.given) if (!this.#stillGiven(key, ground)) return false;
    kept.checked = this.#changes;
    return true;
  }

  #stillSays(uri: string, ground: ModuleSummary | SourceFile | undefined): boolean {
    if (!ground || !("meaning" in ground)) return this.#source.syntax(uri) === ground;
    const now = this.summaryOf(uri);
    if (now === ground) return true;
    if (now?.meaning() !== ground.meaning()) return false;
    for (const [index, evidence] of ground.evidence().entries()) this.#places.set(evidence, { uri, index });
    return true;
  }

  #stillGiven(key: string, ground: Inferred): boolean {
    const place = key.indexOf(" ");
    const now = this.#givenTo(key.slice(0, place), key.slice(place + 1), nothingAsked());
    if (now === ground) return true;
    if (!now || saying(now) !== saying(ground)) return false;
    for (const [index, evidence] of ground.because.entries()) {
      const moved = now.because[index];
      if (moved) this.#moved.set(evidence, moved);
    }
    return true;
  }

  #neighbours(own: string, asked: Asked): Neighbours {
    const others = (uris: readonly string[]): readonly string[] => uris.filter((uri) => uri !== own);
    const onMeaning = (uri: string): ModuleSummary | undefined => {
      const found = this.summaryOf(uri);
      if (!asked.files.has(uri)) asked.files.set(uri, found);
      return found;
    };
    const onName = (name: string): readonly string[] => {
      const uris = this.#filesFor(name);
      asked.names.set(name, uris.join());
      return uris;
    };
    /** What another resolver says rests on the text that it reads, and on all that it asked. */
    const onText = (uri: string): FileResolver | undefined => {
      const resolver = this.resolverOf(uri);
      asked.files.set(uri, resolver?.inference.file);
      const further = this.#kept.get(uri)?.asked;
      for (const [other, ground] of further?.files ?? []) if (!asked.files.has(other)) asked.files.set(other, ground);
      for (const [name, ground] of further?.names ?? []) asked.names.set(name, ground);
      for (const [key, ground] of further?.given ?? []) asked.given.set(key, ground);
      return resolver;
    };
    return {
      exportOf: (from, module, name) => this.#exportOf(from, module, name, onMeaning, asked),
      classFacts: (uri, name) => onMeaning(uri)?.classOf(name),
      fixture: (from, name) => this.#fixture(from, name, onMeaning),
      modelOf: (ref) => {
        const model = this.resolverOf(ref.uri)?.modelOf(ref);
        onText(ref.uri);
        return model;
      },
      readingOf: (ref) => {
        const reading = this.resolverOf(ref.uri)?.readingOf(ref);
        onText(ref.uri);
        return reading;
      },
      incoming: (name) => others(onName(`backref ${name}`)).flatMap((uri) => onText(uri)?.incoming() ?? []),
      // These two are asked for a hover only: no answer that is kept rests on them.
      tablesNamed: (name) =>
        others(this.#classes.naming(name)).flatMap((uri) => this.resolverOf(uri)?.ownTables(name) ?? []),
      tableAt: (place) => this.resolverOf(place.uri)?.tableAt(place),
      classesNamed: (name) => onName(name).flatMap((uri) => (onMeaning(uri)?.classOf(name) ? [{ uri, name }] : [])),
      below: (base) => {
        const found = this.#classes.below(base);
        asked.names.set(`(${base}`, found.map(({ uri }) => uri).join());
        return found;
      },
      mappings: () => onName("").flatMap((uri) => onMeaning(uri)?.mappings() ?? []),
      present: (evidence) => this.present(evidence),
    };
  }

  #filesFor(name: string): readonly string[] {
    if (name.startsWith("backref ")) return this.#classes.adding(name.slice("backref ".length));
    if (name === "") return this.#classes.mapping();
    if (name === registering) return this.#classes.registering();
    return name.startsWith("(")
      ? this.#classes.below(name.slice(1)).map(({ uri }) => uri)
      : this.#classes.defining(name);
  }

  /** The same reason where its file has it now: summaries of equal meaning have equal evidence in the same order. */
  present(evidence: Evidence): Evidence {
    const moved = this.#moved.get(evidence);
    if (moved) return moved;
    const place = this.#places.get(evidence);
    const now = place && this.summaryOf(place.uri)?.evidence()[place.index];
    if (!place || now?.text !== evidence.text) return evidence;
    // It may be shown for longer than it stands there, too.
    this.#places.set(now, place);
    return now;
  }

  summaryOf(uri: string): ModuleSummary | undefined {
    if (this.#summaries.has(uri)) return this.#summaries.get(uri);
    this.#summaries.set(uri, undefined);
    const file = this.#source.syntax(uri);
    const summary = file && summarize(file);
    this.#summaries.set(uri, summary);
    return summary;
  }

  /** What callers hand to a parameter; `undefined` while just that is being asked. */
  #givenTo(uri: string, name: string, asked: Asked): Inferred | undefined {
    const key = `${uri} ${name}`;
    if (this.#busy.has(key)) {
      this.#circles++;
      return undefined;
    }
    let found = this.#given.get(key);
    if (!found) {
      const circles = this.#circles;
      this.#busy.add(key);
      try {
        this.#between ??= createWorld(() => undefined, "", this.#neighbours("", nothingAsked()));
        found = this.#callers.of(uri, givenParameter(name), this.#between);
      } finally {
        this.#busy.delete(key);
      }
      // What was cut short by a circle is the answer to this question only.
      if (circles === this.#circles || this.#busy.size === 0) this.#given.set(key, found);
    }
    asked.given.set(key, found);
    return found;
  }

  #exportOf(from: string, module: string, name: string | undefined, ask: Ask, asked: Asked): Inferred | undefined {
    if (module === given) return name === undefined ? undefined : this.#givenTo(from, name, asked);
    if (module === requestMethods) {
      const uris = this.#classes.registering();
      asked.names.set(registering, uris.join());
      const found = uris.flatMap((uri) => ask(uri)?.registrations() ?? []).filter((each) => each.name === name);
      return found.length === 0 ? undefined : union(found.map(({ gives }) => gives));
    }
    if (module === fixtures) {
      const fixture = name === undefined ? undefined : this.#fixture(from, name, ask);
      return fixture && fixtureValue(fixture);
    }
    const uri = this.#modules.find(from, module);
    if (name === undefined) return uri === undefined ? undefined : certain({ kind: "reference", from, module, name });
    const found = uri === undefined ? undefined : this.#exported(uri, name, ask);
    // `from . import models` in a package's own `__init__` hands on the submodule, not the name itself once more.
    const turns = found?.type.kind === "reference" && found.type.name === name && found.type.module === module;
    if (found && !(turns && found.type.kind === "reference" && found.type.from === from)) return found;
    const submodule = `${module}${module.endsWith(".") ? "" : "."}${name}`;
    return this.#modules.find(from, submodule)
      ? certain({ kind: "reference", from, module: submodule, name: undefined })
      : undefined;
  }

  /** A file that was searched for the name once, through whichever stars, need not be again: webs of stars have many ways. */
  #exported(uri: string, name: string, ask: Ask, searched = new Set<string>()): Inferred | undefined {
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
      const found = target === undefined ? undefined : this.#exported(target, name, ask, searched);
      if (found) return found;
    }
    return undefined;
  }

  #fixture(from: string, name: string, ask: Ask): Inferred | undefined {
    let folder = from;
    while (folder.includes("/")) {
      folder = folder.slice(0, folder.lastIndexOf("/"));
      const uri = `${folder}/conftest.py`;
      const found = uri !== from && this.#known.has(uri) ? this.#fixtureIn(uri, name, ask) : undefined;
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

/** Reads another file's summary, and remembers that it was read. */
type Ask = (uri: string) => ModuleSummary | undefined;
