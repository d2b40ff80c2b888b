import { analyzeInSteps } from "../engine/analyze.ts";
import type { Evidence, Finding, Fix } from "../engine/finding.ts";
import { selectFixes } from "../engine/fixing.ts";
import type { Rule } from "../engine/rule.ts";
import { RuleIndex } from "../engine/rule_index.ts";
import { bindInSteps, type FileResolver, type Place, Project } from "../resolve/index.ts";
import { type Slice, sliceAt } from "../slice/index.ts";
import { applyEdits, drained, type ParsedDocument, type Parser, type SourceFile, type Span } from "../syntax/index.ts";
import { definitionsIn } from "./definitions.ts";
import { labelAt } from "./label.ts";
import { type LayerHint, layerHints } from "./layer_hints.ts";
import { type Memory, Recollection } from "./memory.ts";
import { occurrencesIn } from "./occurrences.ts";
import { suppressionFor } from "./suppress.ts";
import type {
  Config,
  Definition,
  DocumentChange,
  FixedDocument,
  FixOptions,
  Label,
  Log,
  Occurrence,
  RuleInfo,
  Service,
} from "./types.ts";

export interface Ports {
  readonly parser: Parser;
  readonly rules: readonly RuleEntry[];
  readonly log: Log;
  /** Without it every process begins anew. */
  readonly memory?: Memory;
}

/** A rule and the folder it lives in, as the generated index lists them. */
export interface RuleEntry {
  readonly family: string;
  readonly rule: Rule;
}

export const defaultConfig: Config = { target: "2.0", targetBecause: "the default", select: [], ignore: [] };

/** The analyser over a workspace. Owns every tree through its documents; `dispose` gives them back. */
export function createService(ports: Ports): Service {
  const workspace = new Workspace(ports);
  return Object.freeze({
    apply: (changes: readonly DocumentChange[]) => workspace.apply(changes),
    configure: (config: Config) => workspace.configure(config),
    steps: (uri: string) => workspace.steps(uri),
    findings: (uri: string) => workspace.findings(uri),
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

interface Document {
  readonly version: number;
  readonly text: string;
  /** Parsed on first need; an open document keeps its tree for the next edit. */
  parsed: ParsedDocument | undefined;
  readonly open: boolean;
  file: SourceFile | undefined;
  findings: readonly Finding[] | undefined;
  /** Made of the findings, and as good as they are. */
  occurrences: { readonly findings: readonly Finding[]; readonly found: readonly Occurrence[] } | undefined;
  /** The resolver that the findings were made with: another one, and they are stale. */
  resolver: FileResolver | undefined;
}

const none: readonly Finding[] = Object.freeze([]);
const nowhere: readonly Occurrence[] = Object.freeze([]);
const mostRounds = 10;
const mostAccepted = 4000;
/** What is analysed in a blink, in UTF-16 units. */
const mostAtOnce = 200_000;

class Workspace {
  readonly #ports: Ports;
  readonly #index: RuleIndex;
  readonly #families: ReadonlyMap<string, string>;
  readonly #documents = new Map<string, Document>();
  readonly #faults = new Set<string>();
  readonly #accepted = new Map<string, boolean>();
  readonly #project = new Project({
    text: (uri) => this.#documents.get(uri)?.text,
    syntax: (uri) => {
      const document = this.#documents.get(uri);
      return document && this.#parse(uri, document);
    },
  });
  readonly #recollection: Recollection | undefined;
  #config: Config = defaultConfig;

  constructor(ports: Ports) {
    this.#ports = ports;
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
      if (change.kind === "remove") {
        known?.parsed?.close();
        this.#documents.delete(change.uri);
        this.#project.removed(change.uri);
      } else if (change.kind === "set") {
        known?.parsed?.close();
        this.#documents.set(change.uri, fresh(change.version, change.text, change.open, undefined));
      } else if (known) {
        const parsed = known.parsed ?? this.#ports.parser.open(change.uri, known.version, known.text);
        const file = parsed.update(change.version, change.edits);
        this.#documents.set(change.uri, fresh(change.version, file.text, true, parsed));
      }
      if (change.kind !== "remove") this.#project.changed(change.uri);
    }
  }

  configure(config: Config): void {
    this.#config = config;
    this.#recollection?.configure(config);
    for (const document of this.#documents.values()) document.findings = undefined;
  }

  *steps(uri: string): Generator<void, void> {
    const document = this.#documents.get(uri);
    // After an edit most of what was known is: that has no need of steps.
    if (!document?.open || document.parsed || document.text.length <= mostAtOnce || !this.#project.reaches(uri)) return;
    const parsed = yield* this.#ports.parser.openInSteps(uri, document.version, document.text);
    if (this.#documents.get(uri) !== document || document.parsed) {
      parsed.close();
      return;
    }
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
  }

  findings(uri: string): readonly Finding[] {
    const document = this.#documents.get(uri);
    if (!document) return none;
    const isReached = this.#project.reaches(uri);
    // An open document, or one that was analysed already, has a resolver that knows best what it rests on.
    const isRecalled = isReached && !document.open && !document.resolver;
    const recalled = isRecalled ? this.#recollection?.recall(uri) : undefined;
    if (recalled) return recalled;
    const resolver = isReached ? this.#project.resolverOf(uri) : undefined;
    if (!document.findings || document.resolver !== resolver) {
      const faults = this.#faults.size;
      document.findings = resolver ? this.#analyze(resolver.inference.file, resolver) : none;
      document.resolver = resolver;
      // What a fault cost is to be told, and to be missed, the next time as well.
      if (resolver && !document.open && this.#faults.size === faults) this.#recollection?.keep(uri, document.findings);
    } else if (resolver) document.findings = this.#presented(uri, document.findings);
    return document.findings;
  }

  /** Findings that still hold, with their reasons in other files where those stand now; the same array where none moved. */
  #presented(uri: string, findings: readonly Finding[]): readonly Finding[] {
    const present = (evidence: Evidence): Evidence =>
      evidence.at && evidence.at.uri !== uri ? this.#project.present(evidence) : evidence;
    const isMoved = ({ because }: Finding): boolean =>
      because.some((each) => {
        const now = present(each);
        return now !== each && (now.at?.span.start !== each.at?.span.start || now.at?.line !== each.at?.line);
      });
    return findings.some(isMoved)
      ? findings.map((finding) => (isMoved(finding) ? { ...finding, because: finding.because.map(present) } : finding))
      : findings;
  }

  label(uri: string, offset: number): Label | undefined {
    const document = this.#documents.get(uri);
    if (!document) return undefined;
    const resolver = this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
    if (!resolver) return undefined;
    const lineAt = (place: Place): string => this.#lineAt(place);
    return labelAt({ file: this.#parse(uri, document), resolver, offset, lineAt }, this.findings(uri));
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

  /** The first line of what is written at a place. */
  #lineAt({ uri, span }: Place): string {
    const text = this.#documents.get(uri)?.text.slice(span.start, Math.min(span.end, span.start + 200)) ?? "";
    const line = text.split("\n", 1)[0]?.trim() ?? "";
    return line.length > 72 ? `${line.slice(0, 71)}…` : line;
  }

  occurrences(uri: string): readonly Occurrence[] {
    const document = this.#documents.get(uri);
    const findings = this.findings(uri);
    const resolver = document && this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
    if (!document || !resolver) return nowhere;
    if (document.occurrences?.findings !== findings) {
      document.occurrences = { findings, found: occurrencesIn(resolver.inference.file, resolver, findings) };
    }
    return document.occurrences.found;
  }

  slice(uri: string, offset: number): Slice | undefined {
    const document = this.#documents.get(uri);
    const resolver = document && this.#project.reaches(uri) ? this.#project.resolverOf(uri) : undefined;
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
    let { text } = document;
    if (!this.#project.reaches(uri)) return { uri, version: document.version, text, applied: [], left: [] };
    const applied: string[] = [];
    let left: readonly Finding[] = none;
    const seen = new Set<string>();
    for (let round = 0; round < mostRounds && !seen.has(text); round++) {
      seen.add(text);
      left = this.#fresh(uri, document.version, text);
      const wanted = left.filter((finding) => !options.select?.length || this.#isNamed(finding.rule, options.select));
      const selection = selectFixes(wanted, options.safety);
      if (selection.applied.length === 0) break;
      const next = applyEdits(text, selection.edits);
      applied.push(...selection.applied.map((finding) => finding.rule));
      text = next;
    }
    const why = ({ safety, conditions }: Finding): string =>
      safety === "explain" ? (conditions[0] ?? "") : safety === "review" ? "needs review" : "not selected";
    return {
      uri,
      version: document.version,
      text,
      applied,
      left: left.map((finding) => ({ rule: finding.rule, effect: finding.effect, why: why(finding) })),
    };
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
    for (const document of this.#documents.values()) document.parsed?.close();
    this.#documents.clear();
  }

  /** Findings of a text on a fresh parse: what every edit rests on. */
  #fresh(uri: string, version: number, text: string): readonly Finding[] {
    const file = this.#ports.parser.parse(uri, version, text);
    return this.#analyze(file, this.#project.resolve(file));
  }

  #analyze(file: SourceFile, resolver: FileResolver): readonly Finding[] {
    return drained(this.#analyzeInSteps(file, resolver));
  }

  #analyzeInSteps(file: SourceFile, resolver: FileResolver): Generator<void, readonly Finding[]> {
    const { target, select, ignore } = this.#config;
    return analyzeInSteps(file, resolver, this.#index, {
      target,
      wants: ({ id }) => (select.length === 0 || this.#isNamed(id, select)) && !this.#isNamed(id, ignore),
      fault: (message) => this.#fault(message),
      accepts: (text) => this.#accepts(text),
    });
  }

  /** Remembered: after a keystroke, the fixed forms of all other statements are the same texts as before. */
  #accepts(text: string): boolean {
    const known = this.#accepted.get(text);
    if (known !== undefined) return known;
    if (this.#accepted.size >= mostAccepted) this.#accepted.clear();
    const accepted = this.#ports.parser.accepts(text);
    this.#accepted.set(text, accepted);
    return accepted;
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
      document.parsed ??= this.#ports.parser.open(uri, document.version, document.text);
      document.file = document.parsed.file;
    } else {
      document.file = this.#ports.parser.parse(uri, document.version, document.text);
    }
    return document.file;
  }
}

function fresh(version: number, text: string, open: boolean, parsed: ParsedDocument | undefined): Document {
  return {
    version,
    text,
    open,
    parsed,
    file: parsed?.file,
    resolver: undefined,
    findings: undefined,
    occurrences: undefined,
  };
}
