import type { SourceFile, Touched } from "../syntax/index.ts";
import { union } from "./answers.ts";
import { ClassIndex } from "./class_index.ts";
import { type Ask, Exports, stars } from "./exports.ts";
import type { Cuts, World } from "./facts.ts";
import { fixtures, fixtureValue } from "./fixtures.ts";
import { Given, given, givenParameter, isTest, untested } from "./given.ts";
import { type Asked, type Grounds, type Mapped, restOn } from "./grounds.ts";
import { HeldResolvers } from "./held.ts";
import { createResolver, type FileResolver } from "./index.ts";
import { mappedClasses } from "./mapping_calls.ts";
import { Mentions } from "./mentions.ts";
import { Missing } from "./missing.ts";
import { ModuleIndex } from "./modules.ts";
import { Reach } from "./reach.ts";
import { nameIn, sharedObjects } from "./shared_names.ts";
import { type ModuleSummary, summarize } from "./summary.ts";
import { again, certain, type Inferred, isAgain, nothing } from "./type.ts";
import type { Evidence } from "./value.ts";
import { createWorld, type Neighbours } from "./world.ts";

/** How a project gets at a file: `undefined` for one that it does not have. */
export interface FileSource {
  text(uri: string): string | undefined;
  syntax(uri: string): SourceFile | undefined;
}

const nothingAsked = (): Asked => ({ files: new Map(), names: new Map(), given: new Map() });

/** Before a name, stands for the files that put it on requests and the like, among the grounds that are found by a name. */
const registering = "()";

/** Stands for the files that may hook into queries, among the same. */
const hooking = "hooks()";

const isSameMap = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);

const nothingMapped: Mapped = { classes: new Map(), asked: nothingAsked() };

/**
 * The files of a workspace as one another's neighbours. Summaries are made on first need and kept until their file
 * changes; linking is lazy, so that only what an open file can reach is ever read. A resolver outlives every change
 * that leaves the meaning of what it rests on alone.
 */
export class Project {
  readonly #source: FileSource;
  readonly #modules = new ModuleIndex();
  readonly #exports = new Exports(this.#modules);
  readonly #reach: Reach;
  readonly #missing = new Missing();
  readonly #summaries = new Map<string, ModuleSummary | undefined>();
  readonly #classes: ClassIndex;
  readonly #mentions: Mentions;
  readonly #callers: Given;
  readonly #given = new Map<string, Inferred>();
  #mapped: Mapped | "asked" | undefined;
  #lastMapped: ReadonlyMap<string, string> = new Map();
  /** Of no file: in it the calls of all of them are compared. */
  #between: World | undefined;
  readonly #cuts: Cuts = { count: 0 };
  readonly #held: HeldResolvers;
  readonly #known = new Set<string>();
  /** Parameters whose callers are being asked. */
  readonly #busy = new Set<string>();
  #files = 0;
  #changes = 0;

  constructor(source: FileSource) {
    this.#source = source;
    this.#classes = new ClassIndex(source);
    this.#held = new HeldResolvers({
      files: () => this.#files,
      changes: () => this.#changes,
      syntax: (uri) => source.syntax(uri),
      summaryOf: (uri) => this.summaryOf(uri),
      filesFor: (name) => this.definingFiles(name),
      mapped: () => (this.#mapped === "asked" ? undefined : this.#mappedClasses()),
      givenTo: (uri, name) => this.#givenTo(uri, name, nothingAsked()),
    });
    this.#reach = new Reach(source.text, this.#modules);
    this.#mentions = new Mentions(source);
    this.#callers = new Given(this.#mentions, (uri) => (this.reaches(uri) ? this.summaryOf(uri) : undefined));
  }

  /** Tells that a file is about to change: what others rest on is told while its nodes are still true. */
  changing(uri: string): void {
    const summary = this.#summaries.get(uri);
    if (summary && this.#held.isGround(uri, summary)) summary.meaning();
  }

  /** Tells that a file is there, or has another text than before, and where, if that is all. */
  changed(uri: string, touched?: Touched): void {
    if (!this.#known.has(uri)) {
      this.#known.add(uri);
      this.#modules.add(uri);
      this.#files++;
    }
    this.#mentions.changed(uri, touched);
    this.#forget(uri, touched);
  }

  removed(uri: string): void {
    this.#known.delete(uri);
    this.#modules.remove(uri);
    this.#held.removed(uri);
    this.#files++;
    this.#mentions.removed(uri);
    this.#forget(uri);
  }

  #forget(uri: string, touched?: Touched): void {
    this.#changes++;
    this.#given.clear();
    this.#callers.changed();
    this.#between = undefined;
    this.#mapped = undefined;
    this.#held.changed(uri);
    this.#summaries.delete(uri);
    this.#classes.changed(uri, touched);
    this.#reach.changed(uri, touched);
  }

  /** How often a file came, went or got another text: while it is the same, so is every answer. */
  get changes(): number {
    return this.#changes;
  }

  /** Forgets all that was made of parsed files; what their texts say without a parse stays. */
  forgetParsed(): void {
    this.#summaries.clear();
    this.#held.clear();
    this.#given.clear();
    this.#callers.changed();
    this.#between = undefined;
    this.#mapped = undefined;
  }

  missing(): ReadonlySet<string> {
    return this.#missing.of(this.#known, this.#files, this.#reach, this.#modules);
  }

  /** Whether a file can have to do with SQLAlchemy at all; one that can't need not be parsed. */
  reaches(uri: string): boolean {
    return this.#reach.has(uri);
  }

  /** Whether calls of other files map classes of this one: `registry.map_imperatively(Author, authors)`. */
  mapsClassesOf(uri: string): boolean {
    const { inference } = (this.#classes.mapping().length > 0 && this.resolverOf(uri)) || {};
    return (
      inference?.bound.classes.some((node) => inference.world.mappedIn(inference.classOf(node)) !== undefined) ?? false
    );
  }

  /** The same object until the file, or the meaning of another that it rests on, changes. */
  resolverOf(uri: string): FileResolver | undefined {
    const file = this.#source.syntax(uri);
    if (!file) return undefined;
    const kept = this.#held.get(uri, file);
    if (kept) return kept;
    const asked = nothingAsked();
    const resolver = createResolver(file, this.#neighbours(uri, asked), this.reaches(uri));
    this.#held.keep(uri, resolver, asked);
    return resolver;
  }

  /** What the answers of the resolver that `resolverOf` made rest on; `undefined` where there is none. */
  groundsOf(uri: string): Grounds | undefined {
    return this.#held.groundsOf(uri);
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

  /** Lets go of what was parsed of a file, unless another rests on it: `stillHolds` tells of what was found in it. */
  rest(uri: string, resolver: FileResolver): boolean {
    const isAsked = this.#mapped !== undefined && (this.#mapped === "asked" || this.#mapped.asked.files.has(uri));
    const isLetGo = !isAsked && this.#held.rest(uri, resolver);
    if (isLetGo) this.#summaries.delete(uri);
    return isLetGo;
  }

  /** Whether all answers about a file that was let go of would be the same today. */
  stillHolds(uri: string): boolean {
    return this.#held.stillHolds(uri);
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
    /** What another resolver says rests on the text that it reads, and on all that it asked until it said so. */
    const onText = <T>(uri: string, ask: (resolver: FileResolver) => T): T | undefined => {
      const resolver = this.resolverOf(uri);
      const answer = resolver && ask(resolver);
      asked.files.set(uri, resolver?.inference.file);
      const further = this.#held.askedBy(uri);
      if (further) restOn(further, asked);
      return answer;
    };
    return {
      linked: true,
      cuts: this.#cuts,
      exportOf: (from, module, name) => this.#exportOf(from, module, name, onMeaning, asked),
      classFacts: (uri, name) => onMeaning(uri)?.classOf(name),
      fixture: (from, name) => this.#exports.fixture(from, name, onMeaning),
      modelOf: (ref) => onText(ref.uri, (resolver) => resolver.modelOf(ref)),
      readingOf: (ref) => onText(ref.uri, (resolver) => resolver.readingOf(ref)),
      incoming: (name) =>
        others(onName(`backref ${name}`)).flatMap((uri) => onText(uri, (resolver) => resolver.incoming(name)) ?? []),
      // It is asked for a hover only: no answer that is kept rests on it.
      tablesNamed: (name) =>
        others(this.#classes.naming(name)).flatMap((uri) => this.resolverOf(uri)?.ownTables(name) ?? []),
      tableAt: (place) => onText(place.uri, (resolver) => resolver.tableAt(place)),
      tableNameAt: (place) => onText(place.uri, (resolver) => resolver.tableNameAt(place)),
      classesNamed: (name) => onName(name).flatMap((uri) => (onMeaning(uri)?.classOf(name) ? [{ uri, name }] : [])),
      below: (base) => {
        const found = this.#classes.below(base);
        asked.names.set(`(${base}`, found.map(({ uri }) => uri).join());
        return found;
      },
      hooks: () => others(onName(hooking)).flatMap((uri) => onMeaning(uri)?.hooks() ?? []),
      mapped: () => {
        const now = this.#mappedClasses();
        if (now !== nothingMapped) asked.mapped = now;
        return now.classes;
      },
      mappingOf: (uri, ref) => onText(uri, (resolver) => resolver.mappingOf(ref)),
      present: (evidence) => this.present(evidence),
    };
  }

  /** What calls map in all files. While that is being asked nothing is known to be mapped: it may rest on itself. */
  #mappedClasses(): Mapped {
    if (this.#mapped === "asked") {
      this.#cuts.count++;
      return nothingMapped;
    }
    if (this.#mapped) return this.#mapped;
    this.#mapped = "asked";
    let found: Mapped | undefined;
    try {
      found = this.#askMapped();
    } finally {
      this.#mapped = found;
    }
    return found;
  }

  #askMapped(): Mapped {
    const asked = nothingAsked();
    const uris = this.#filesFor("");
    asked.names.set("", uris.join());
    const mappings = uris.flatMap((uri) => {
      const summary = this.summaryOf(uri);
      asked.files.set(uri, summary);
      return (summary?.mappings() ?? []).map((each) => ({ ...each, uri }));
    });
    // A class that tests map as well is what the program makes of it.
    mappings.sort((a, b) => Number(isTest(a.uri)) - Number(isTest(b.uri)));
    const world = createWorld(() => undefined, "", this.#neighbours("", asked));
    const classes = mappedClasses(mappings, world);
    // While it is the same, so is the object: all files compare it.
    if (!isSameMap(classes, this.#lastMapped)) this.#lastMapped = classes;
    return { classes: this.#lastMapped, asked };
  }

  #filesFor(name: string): readonly string[] {
    if (name.startsWith("backref ")) return this.#classes.adding(name.slice("backref ".length));
    if (name === "") return this.#classes.mapping();
    // A file that reaches SQLAlchemy no more, or again, says another thing.
    const reaching = (uris: readonly string[]): readonly string[] => uris.filter((uri) => this.reaches(uri));
    if (name === hooking) return reaching(this.#classes.hooking());
    if (name.startsWith(registering)) return reaching(this.#classes.registering(name.slice(registering.length)));
    return name.startsWith("(")
      ? this.#classes.below(name.slice(1)).map(({ uri }) => uri)
      : this.#classes.defining(name);
  }

  /** The same reason where its file has it now. */
  present(evidence: Evidence): Evidence {
    return this.#held.present(evidence);
  }

  summaryOf(uri: string): ModuleSummary | undefined {
    if (this.#summaries.has(uri)) return this.#summaries.get(uri);
    this.#summaries.set(uri, undefined);
    const file = this.#source.syntax(uri);
    const summary = file && summarize(file, this.#cuts);
    this.#summaries.set(uri, summary);
    return summary;
  }

  /** What callers hand to a parameter; nothing new while just that is being asked. */
  #givenTo(uri: string, name: string, asked: Asked): Inferred | undefined {
    const key = `${uri} ${name}`;
    if (this.#busy.has(key)) {
      this.#cuts.count++;
      return again;
    }
    let found = this.#given.get(key);
    if (!found) {
      const cuts = this.#cuts.count;
      this.#busy.add(key);
      try {
        this.#between ??= createWorld(() => undefined, "", this.#neighbours("", nothingAsked()));
        found = this.#callers.of(uri, givenParameter(name), this.#between);
      } finally {
        this.#busy.delete(key);
      }
      // What was cut short by a circle is the answer to this question only.
      if (this.#busy.size === 0 && isAgain(found)) found = nothing;
      if (cuts === this.#cuts.count || this.#busy.size === 0) this.#given.set(key, found);
    }
    asked.given.set(key, found);
    return found;
  }

  #exportOf(from: string, module: string, name: string | undefined, ask: Ask, asked: Asked): Inferred | undefined {
    if (module === given) return name === undefined ? undefined : this.#givenTo(from, name, asked);
    if (module === sharedObjects) return name === undefined ? undefined : this.#shared(name, ask, asked);
    if (module === stars) return name === undefined ? undefined : this.#exports.exported(from, name, ask);
    if (module === fixtures && name !== undefined) {
      const fixture = this.#exports.fixture(from, name, ask);
      return fixture && fixtureValue(fixture);
    }
    const uri = this.#modules.find(from, module);
    if (name === undefined) return uri === undefined ? undefined : certain({ kind: "reference", from, module, name });
    const found = uri === undefined ? undefined : this.#exports.exported(uri, name, ask);
    // `from . import models` in a package's own `__init__` hands on the submodule, not the name itself once more.
    const turns = found?.type.kind === "reference" && found.type.name === name && found.type.module === module;
    if (found && !(turns && found.type.kind === "reference" && found.type.from === from)) return found;
    const submodule = `${module}${module.endsWith(".") ? "" : "."}${name}`;
    return this.#modules.find(from, submodule)
      ? certain({ kind: "reference", from, module: submodule, name: undefined })
      : undefined;
  }

  #shared(name: string, ask: Ask, asked: Asked): Inferred | undefined {
    const key = `${registering}${nameIn(name)}`;
    const uris = this.#filesFor(key);
    asked.names.set(key, uris.join());
    const found = untested(uris, (uri) => {
      const put = ask(uri)?.registrations() ?? [];
      return put.flatMap((each) => (each.name === name ? [each.gives] : []));
    });
    return found.length === 0 ? undefined : union(found);
  }
}
