import type { Evidence, Finding } from "../engine/finding.ts";
import type { Grounds } from "../resolve/index.ts";
import type { Config } from "./types.ts";

/** Where findings outlive the process. A port: the host knows where, how much of it, and whether at all. */
export interface Memory {
  /** What was kept under a key by the same program; `undefined` too where it can't be had, or isn't whole. */
  recall(key: string): string | undefined;
  keep(key: string, value: string): void;
  /** The same for equal texts only, also in another process. */
  digest(text: string): string;
}

/** What recalled findings are compared with: the workspace as it is now. */
export interface Present {
  /** `undefined` for a file that is not there. */
  textOf(uri: string): string | undefined;
  grounds(uri: string): Grounds | undefined;
  /** What a file says to others, but for places, and its reasons in an order that this determines. */
  summary(uri: string): { meaning(): string; evidence(): readonly Evidence[] } | undefined;
  defining(name: string): string;
  /** The files that imports are looked up among. */
  uris(): readonly string[];
}

interface Entry {
  readonly findings: readonly Finding[];
  readonly files: string;
  /** The meaning is "" for a file whose text counts. */
  readonly texts: readonly (readonly [uri: string, digest: string, meaning: string])[];
  /** The reasons that stand in files whose meaning counts: the finding, the reason in it, and which of the file's it is. */
  readonly reasons: readonly (readonly [finding: number, because: number, uri: string, evidence: number])[];
  readonly names: Grounds["names"];
  /** Of all texts, where it rests on all of them; else "". */
  readonly entire: string;
}

const format = 3;

/**
 * Findings of closed files, kept with all that they rest on: every text that the resolver asked, where classes are
 * defined, and which files there are; all texts, where it asked who calls a function. They are recalled only where all of
 * it is the same; of a file that was asked only for what it means to others, that meaning is enough, and the reasons that
 * stand there are shown where they stand now.
 */
export class Recollection {
  readonly #memory: Memory;
  readonly #present: Present;
  readonly #digests = new Map<string, { readonly text: string; readonly digest: string }>();
  #entries = new Map<string, Entry>();
  #config = "";
  #files: string | undefined;
  #texts: string | undefined;

  constructor(memory: Memory, present: Present) {
    this.#memory = memory;
    this.#present = present;
  }

  configure({ target, installed, select, ignore }: Config): void {
    this.#config = JSON.stringify([format, target, installed ?? "", select, ignore]);
    this.#entries = new Map();
  }

  /** A file came or went. */
  filesChanged(): void {
    this.#files = undefined;
  }

  /** A file came or went, or has another text. */
  textsChanged(): void {
    this.#texts = undefined;
  }

  /** The same array for one text as long as it holds. */
  recall(uri: string): readonly Finding[] | undefined {
    const key = this.#keyOf(uri);
    const entry = this.#entries.get(key) ?? toEntry(this.#memory.recall(key));
    if (!entry || !this.#holds(entry)) return undefined;
    const present = this.#placed(entry);
    if (present) this.#entries.set(key, present);
    return present?.findings;
  }

  keep(uri: string, findings: readonly Finding[]): void {
    const grounds = this.#present.grounds(uri);
    if (!grounds) return;
    const reasons = findings.flatMap((finding, at) => this.#reasonsOf(finding, at, uri, grounds.meant));
    const read = new Set(reasons.flatMap(([, , each, index]) => (index < 0 ? [each] : [])));
    const isMeant = (each: string): boolean => grounds.meant.has(each) && !read.has(each);
    const texts = grounds.uris.map(
      (each) => [each, this.#digestOf(each), isMeant(each) ? this.#meaningOf(each) : ""] as const,
    );
    const entire = grounds.entire ? this.#textsNow() : "";
    const entry: Entry = {
      ...{ findings, files: this.#filesNow(), texts, names: grounds.names, entire },
      reasons: reasons.filter(([, , each]) => isMeant(each)),
    };
    this.#memory.keep(this.#keyOf(uri), JSON.stringify(entry));
  }

  #holds({ files, texts, names, entire }: Entry): boolean {
    return (
      files === this.#filesNow() &&
      texts.every(([uri, digest, meaning]) => digest === this.#digestOf(uri) || this.#means(uri, meaning)) &&
      names.every(([name, uris]) => uris === this.#present.defining(name)) &&
      (entire === "" || entire === this.#textsNow())
    );
  }

  #means(uri: string, meaning: string): boolean {
    return meaning !== "" && this.#present.textOf(uri) !== undefined && meaning === this.#meaningOf(uri);
  }

  #meaningOf(uri: string): string {
    const summary = this.#present.summary(uri);
    return summary ? this.#memory.digest(summary.meaning()) : "";
  }

  /** Which of another file's reasons those of a finding are; -1 where it has no such one. */
  #reasonsOf(
    { because }: Finding,
    finding: number,
    own: string,
    meant: ReadonlySet<string>,
  ): Entry["reasons"][number][] {
    return because.flatMap(({ text, at }, index) => {
      if (!at || at.uri === own || !meant.has(at.uri)) return [];
      const known = this.#present.summary(at.uri)?.evidence() ?? [];
      const same = ({ text: other, at: place }: Evidence): boolean =>
        other === text && place?.span.start === at.span.start && place.span.end === at.span.end;
      return [[finding, index, at.uri, known.findIndex(same)] as const];
    });
  }

  /** The entry with its reasons where they stand now; `undefined` where one can't be found there. */
  #placed(entry: Entry): Entry | undefined {
    const moved = new Set(entry.texts.flatMap(([uri, digest]) => (digest === this.#digestOf(uri) ? [] : [uri])));
    if (moved.size === 0) return entry;
    const findings = [...entry.findings];
    for (const [at, index, uri, which] of entry.reasons) {
      if (!moved.has(uri)) continue;
      const finding = findings[at];
      const before = finding?.because[index];
      const now = this.#present.summary(uri)?.evidence()[which];
      if (!finding || before === undefined || now?.text !== before.text) return undefined;
      findings[at] = { ...finding, because: finding.because.with(index, now) };
    }
    const texts = entry.texts.map(([uri, , meaning]) => [uri, this.#digestOf(uri), meaning] as const);
    return { ...entry, findings, texts };
  }

  #keyOf(uri: string): string {
    return this.#memory.digest(`${this.#config}\n${uri}\n${this.#digestOf(uri)}`);
  }

  #digestOf(uri: string): string {
    const text = this.#present.textOf(uri);
    if (text === undefined) return "";
    const known = this.#digests.get(uri);
    if (known?.text === text) return known.digest;
    const digest = this.#memory.digest(text);
    this.#digests.set(uri, { text, digest });
    return digest;
  }

  #filesNow(): string {
    this.#files ??= this.#memory.digest([...this.#present.uris()].sort().join("\n"));
    return this.#files;
  }

  #textsNow(): string {
    this.#texts ??= this.#memory.digest(
      [...this.#present.uris()]
        .sort()
        .map((uri) => `${uri} ${this.#digestOf(uri)}`)
        .join("\n"),
    );
    return this.#texts;
  }
}

const isListOf = (list: unknown, length: number): boolean =>
  Array.isArray(list) && list.every((each) => Array.isArray(each) && each.length === length);

/** The memory vouches for the program that wrote it and for its being whole; what is no entry all the same is none. */
function toEntry(value: string | undefined): Entry | undefined {
  if (value === undefined) return undefined;
  try {
    const entry: Partial<Entry> | null = JSON.parse(value);
    const isEntry =
      Array.isArray(entry?.findings) &&
      typeof entry.files === "string" &&
      typeof entry.entire === "string" &&
      isListOf(entry.texts, 3) &&
      isListOf(entry.names, 2) &&
      isListOf(entry.reasons, 4);
    return isEntry ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
