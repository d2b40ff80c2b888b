import { analyzeInSteps, byPosition } from "../engine/analyze.ts";
import type { Finding, Fix } from "../engine/finding.ts";
import { RuleIndex } from "../engine/rule_index.ts";
import { bindInSteps, type FileResolver, type Place, Project } from "../resolve/index.ts";
import { type Slice, sliceAt } from "../slice/index.ts";
import { applyEdits, drained, type Piece, type SourceFile, type Span } from "../syntax/index.ts";
import { Acceptance } from "./acceptance.ts";
import { definitionsIn } from "./definitions.ts";
import { type Document, firstLineIn, fresh, letRest } from "./document.ts";
import { fixedText } from "./fix_all.ts";
import { labelAt } from "./label.ts";
import { type LayerHint, layerHints } from "./layer_hints.ts";
import { Recollection } from "./memory.ts";
import { occurrencesIn } from "./occurrences.ts";
import { PieceFindings } from "./piece_findings.ts";
import type { Ports } from "./ports.ts";
import { presented } from "./presented.ts";
import { Recent } from "./recent.ts";
import { suppressionFor } from "./suppress.ts";
import type {
  Config,
  Definition,
  DocumentChange,
  FixedDocument,
  FixOptions,
  Glance,
  Label,
  Occurrence,
  RuleInfo,
  Service,
} from "./types.ts";

export const defaultConfig: Config = { target: "2.0", targetBecause: "the default", select: [], ignore: [] };

/** The analyser over a workspace. Owns every tree through its documents; `dispose` gives them back. */
export function createService(ports: Ports): Service {
  const workspace = new Workspace(ports);
  return Object.freeze({
    apply: (changes: readonly DocumentChange[]) => workspace.apply(changes),
    configure: (config: Config) => workspace.configure(config),
    steps: (uri: string) => workspace.steps(uri),
    findings: (uri: string) => workspace.findings(uri),
    glance: (uri: string) => workspace.glance(uri),
    label: (uri: string, offset: number) => workspace.label(uri, offset),
    layerHints: (uri: string, span: Span) => workspace.layerHints(uri, span),
    definitions: (uri: string) => workspace.definitions(uri),
    occurrences: (uri: string) => workspace.occurrences(uri),
    slice: (uri: string, offset: number) => workspace.slice(uri, offset),
    fixAll: (uri: string, options: FixOptions) => workspace.fixAll(uri, options),
    fix: (uri: string, rule: string, span: Span) => workspace.fix(uri, rule, span),
    suppression: (uri: string, finding: Finding) => workspace.suppression(uri, finding),
    document: (uri: string) => workspace.document(uri),
    missing: () => workspace.missing(),
    rules: () => workspace.rules(),
    dispose: () => workspace.dispose(),
  });
}

const none: readonly Finding[] = Object.freeze([]);
const nowhere: readonly Occurrence[] = Object.freeze([]);
/** Of closed files, in UTF-16 units: a million lines. */
const mostParsed = 40_000_000;
/** What is analysed in a blink, in UTF-16 units. */
const mostAtOnce = 200_000;
/** Of the open documents so many are kept parsed. */
const mostAwake = 6;

class Workspace {
  readonly #ports: Ports;
  readonly #index: RuleIndex;
  readonly #families: ReadonlyMap<string, string>;
  readonly #documents = new Map<string, Document>();
  readonly #faults = new Set<string>();
  readonly #accepted: Acceptance;
  readonly #project = new Project({
    text: (uri) => this.#documents.get(uri)?.text,
    syntax: (uri) => {
      const document = this.#documents.get(uri);
      return document && this.#parse(uri, document);
    },
  });
  readonly #recollection: Recollection | undefined;
  #seen = new PieceFindings();
  /** Documents that were edited since they were parsed as a whole. */
  readonly #edited = new Set<string>();
  #config: Config = defaultConfig;
  readonly #recent: Recent;
  /** How much text of closed files was parsed since there was room for all of it. */
  #parsed = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#accepted = new Acceptance(ports.parser);
    this.#recent = new Recent(ports.mostAwake ?? mostAwake);
    this.#index = new RuleIndex(ports.rules.map(({ rule }) => rule));
    this.#families = new Map(ports.rules.map(({ rule, family }) => [rule.id, family]));
    this.#recollection =
      ports.memory &&
      new Recollection(ports.memory, {
        textOf: (uri) => this.#documents.get(uri)?.text,
        grounds: (uri) => this.#project.groundsOf(uri),
        summary: (uri) => this.#project.summaryOf(uri),
        defining: (name) => this.#project.definingFiles(name),
        uris: () => [...this.#documents.keys()],
      });
    this.#recollection?.configure(this.#config);
  }

  apply(changes: readonly DocumentChange[]): void {
    for (const change of changes) {
      const known = this.#documents.get(change.uri);
      if (!known || change.kind === "remove") this.#recollection?.filesChanged();
      this.#recollection?.textsChanged();
      this.#project.changing(change.uri);
      if (change.kind === "remove" || (change.kind === "set" && !change.open)) this.#recent.delete(change.uri);
      if (change.kind === "remove") {
        this.#documents.delete(change.uri);
        this.#project.removed(change.uri);
      } else if (change.kind === "set") {
        this.#documents.set(change.uri, fresh(change.version, change.text, change.open, undefined));
      } else if (known) {
        const parsed = known.parsed ?? this.#ports.parser.open(change.uri, known.version, known.text);
        const file = parsed.update(change.version, change.edits);
        this.#documents.set(change.uri, fresh(change.version, file.text, true, parsed));
        this.#edited.add(change.uri);
        this.#project.changed(change.uri, parsed.touched);
      }
      if (change.kind === "set") this.#project.changed(change.uri);
    }
  }

  configure(config: Config): void {
    this.#config = config;
    this.#recollection?.configure(config);
    for (const document of this.#documents.values()) {
      document.findings = undefined;
      document.glance = undefined;
    }
    this.#seen = new PieceFindings();
  }

  *steps(uri: string): Generator<void, void> {
    const document = this.#documents.get(uri);
    // After an edit most of what was known is: that has no need of steps.
    if (!document?.open || document.parsed || document.text.length <= mostAtOnce || !this.#project.reaches(uri)) return;
    const parsed = yield* this.#ports.parser.openInSteps(uri, document.version, document.text);
    if (this.#documents.get(uri) !== document || document.parsed) return;
    document.parsed = parsed;
    document.file = parsed.file;
    yield* bindInSteps(parsed.file);
    const config = this.#config;
    const resolver = this.#project.resolverOf(uri);
    if (!resolver) return;
    // One rule may ask for all of them at once.
    for (const node of resolver.inference.bound.classes) {
      resolver.modelOf(node);
      yield;
    }
    const findings = yield* this.#analyzeInSteps(parsed.file, resolver);
    const isPresent = this.#documents.get(uri) === document && this.#config === config;
    if (!isPresent || this.#project.resolverOf(uri) !== resolver) return;
    document.findings = findings;
    document.resolver = resolver;
    this.#seen.keep(parsed.file, parsed.file.pieces, findings);
  }

  findings(uri: string): readonly Finding[] {
    this.#settle();
    const document = this.#documents.get(uri);
    if (!document) return none;
    const { changes } = this.#project;
    if (document.findings && document.heldAt === changes) return document.findings;
    this.#makeRoom();
    const isReached = this.#project.reaches(uri);
    if (document.findings && document.rests && isReached && this.#project.stillHolds(uri)) {
      document.findings = presented(uri, document.findings, this.#project);
      document.heldAt = changes;
      return document.findings;
    }
    // An open document, or one that was analysed already, has a resolver that knows best what it rests on.
    const isRecalled = isReached && !document.open && !document.resolver;
    const recalled = isRecalled ? this.#recollection?.recall(uri) : undefined;
    if (recalled) return recalled;
    const resolver = isReached ? this.#project.resolverOf(uri) : undefined;
    if (!document.findings || document.rests || document.resolver !== resolver) {
      document.rests = false;
      const faults = this.#faults.size;
      document.findings = resolver ? this.#analyze(resolver.inference.file, resolver) : none;
      document.resolver = resolver;
      if (resolver && document.open) {
        this.#recent.touch(uri);
        const { file } = resolver.inference;
        this.#seen.keep(file, file.pieces, document.findings);
      }
      // What a fault cost is to be told, and to be missed, the next time as well.
      if (resolver && !document.open && this.#faults.size === faults) this.#recollection?.keep(uri, document.findings);
    } else if (resolver) document.findings = presented(uri, document.findings, this.#project);
    document.heldAt = changes;
    return document.findings;
  }

  glance(uri: string): Glance {
    const document = this.#documents.get(uri);
    if (!document?.open || document.findings) return { findings: this.findings(uri), isWhole: true };
    const resolver = this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
    if (document.glance && document.resolver === resolver) return { findings: document.glance, isWhole: false };
    const { file } = resolver?.inference ?? {};
    const told = file?.pieces.map((piece) => ({ piece, found: this.#seen.of(piece, file) }));
    if (!resolver || !file || !told?.some(({ found }) => found)) return { findings: this.findings(uri), isWhole: true };
    const within = new Set(told.flatMap(({ piece, found }) => (found ? [] : [piece])));
    const found = this.#analyze(file, resolver, within);
    this.#seen.keep(file, within, found);
    const all = [...told.flatMap((each) => each.found ?? []), ...found].sort(byPosition);
    document.glance = all;
    document.resolver = resolver;
    return { findings: all, isWhole: false };
  }

  /** What typing has left open in a piece may be closed in another one: then it is the whole text that counts. */
  #settle(): void {
    for (const uri of this.#edited) {
      const document = this.#documents.get(uri);
      const before = document?.file;
      const file = document?.parsed?.settled();
      if (!document || !file || file === before) continue;
      this.#project.changing(uri);
      document.file = file;
      this.#project.changed(uri);
    }
    this.#edited.clear();
  }

  label(uri: string, offset: number): Label | undefined {
    const resolver = this.#resolverAt(uri);
    if (!resolver) return undefined;
    const lineAt = ({ uri, span }: Place): string => firstLineIn(this.#documents.get(uri)?.text ?? "", span);
    return labelAt({ file: resolver.inference.file, resolver, offset, lineAt }, this.findings(uri));
  }

  /** Of a file that reaches SQLAlchemy, or whose classes are mapped by calls elsewhere and need know nothing of it. */
  #resolverAt(uri: string): FileResolver | undefined {
    return this.#project.reaches(uri) || this.#project.mapsClassesOf(uri) ? this.#project.resolverOf(uri) : undefined;
  }

  layerHints(uri: string, span: Span): readonly LayerHint[] {
    const document = this.#documents.get(uri);
    const resolver = document && this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
    return document && resolver ? layerHints(this.#parse(uri, document), resolver, span) : [];
  }

  definitions(uri: string): readonly Definition[] {
    const document = this.#documents.get(uri);
    return document && this.#project.reaches(uri) ? definitionsIn(this.#parse(uri, document)) : [];
  }

  occurrences(uri: string): readonly Occurrence[] {
    const document = this.#documents.get(uri);
    const findings = this.findings(uri);
    if (document?.occurrences?.findings === findings) return document.occurrences.found;
    const resolver = document && this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
    if (!document || !resolver) return nowhere;
    document.occurrences = { findings, found: occurrencesIn(resolver.inference.file, resolver, findings) };
    return document.occurrences.found;
  }

  slice(uri: string, offset: number): Slice | undefined {
    const document = this.#documents.get(uri);
    const resolver = this.#resolverAt(uri);
    if (!document || !resolver) return undefined;
    const raising = this.findings(uri).find(
      ({ effect, fix, span }) => effect === "raises" && fix && span.start <= offset && offset <= span.end,
    );
    if (!raising?.fix) return sliceAt(resolver.inference.file, resolver, offset, this.#project);
    // What 2.0 no longer runs is shown in the form that it has there.
    const edits = raising.fix.edits.filter((edit) => edit.uri === uri);
    const file = this.#ports.parser.parse(uri, document.version, applyEdits(document.text, edits));
    const shift = edits
      .filter(({ span }) => span.end <= raising.span.start)
      .reduce((sum, { span, text }) => sum + text.length - (span.end - span.start), 0);
    return sliceAt(file, this.#project.resolve(file), raising.span.start + shift, this.#project);
  }

  fixAll(uri: string, options: FixOptions): FixedDocument | undefined {
    const document = this.#documents.get(uri);
    if (!document) return undefined;
    const { version, text } = document;
    if (!this.#project.reaches(uri)) return { uri, version, text, applied: [], left: [] };
    const wanted = ({ rule }: Finding): boolean => !options.select?.length || this.#isNamed(rule, options.select);
    return { uri, version, ...fixedText(text, (each) => this.#fresh(uri, version, each), wanted, options.safety) };
  }

  fix(uri: string, rule: string, span: Span): Fix | undefined {
    const document = this.#documents.get(uri);
    if (!document) return undefined;
    const found = this.#fresh(uri, document.version, document.text).find(
      (finding) => finding.rule === rule && finding.span.start === span.start && finding.span.end === span.end,
    );
    return found?.fix;
  }

  suppression(uri: string, finding: Finding): Fix | undefined {
    const document = this.#documents.get(uri);
    return document && suppressionFor(this.#parse(uri, document), finding);
  }

  document(uri: string): { readonly version: number; readonly text: string } | undefined {
    const document = this.#documents.get(uri);
    return document && { version: document.version, text: document.text };
  }

  missing(): ReadonlySet<string> {
    return this.#project.missing();
  }

  rules(): readonly RuleInfo[] {
    return this.#ports.rules.map(({ rule, family }) => ({
      id: rule.id,
      family,
      title: rule.title,
      lesson: rule.lesson,
      doc: rule.doc,
      effects: rule.effects,
      examples: rule.examples,
    }));
  }

  dispose(): void {
    this.#documents.clear();
  }

  /** Findings of a text on a fresh parse: what every edit rests on. */
  #fresh(uri: string, version: number, text: string): readonly Finding[] {
    const file = this.#ports.parser.parse(uri, version, text);
    return this.#analyze(file, this.#project.resolve(file));
  }

  #analyze(file: SourceFile, resolver: FileResolver, within?: ReadonlySet<Piece>): readonly Finding[] {
    return drained(this.#analyzeInSteps(file, resolver, within));
  }

  #analyzeInSteps(
    file: SourceFile,
    resolver: FileResolver,
    within?: ReadonlySet<Piece>,
  ): Generator<void, readonly Finding[]> {
    const { target, installed, select, ignore } = this.#config;
    return analyzeInSteps(file, resolver, this.#index, {
      target,
      ...(installed && { installed }),
      wants: ({ id }) => (select.length === 0 || this.#isNamed(id, select)) && !this.#isNamed(id, ignore),
      fault: (message) => this.#fault(message),
      accepts: (text) => this.#accepted.of(text),
      ...(within && { within }),
    });
  }

  #isNamed(rule: string, names: readonly string[]): boolean {
    return names.includes(rule) || names.includes(this.#families.get(rule) ?? rule);
  }

  #fault(message: string): void {
    if (this.#faults.has(message)) return;
    this.#faults.add(message);
    this.#ports.log.fault(message);
  }

  #parse(uri: string, document: Document): SourceFile {
    if (document.file) return document.file;
    if (document.open) {
      this.#recent.touch(uri);
      document.parsed ??= this.#ports.parser.open(uri, document.version, document.text);
      document.file = document.parsed.file;
    } else {
      document.file = this.#ports.parser.parse(uri, document.version, document.text);
      this.#parsed += document.text.length;
    }
    return document.file;
  }

  /** A workspace that is too large to be kept in memory is read again where it is asked; what was found stays. */
  #makeRoom(): void {
    for (const uri of this.#recent.takeOthers()) {
      const document = this.#documents.get(uri);
      const { findings, resolver, text } = document ?? {};
      if (!document || !findings || !resolver || (text?.length ?? 0) > mostAtOnce) continue;
      if (this.#project.rest(uri, resolver)) letRest(document);
    }
    if (this.#parsed <= (this.#ports.mostParsed ?? mostParsed)) return;
    this.#parsed = 0;
    for (const document of this.#documents.values()) {
      if (!document.open) letRest(document);
      document.resolver = undefined;
      document.rests = true;
    }
    this.#project.forgetParsed();
  }
}
