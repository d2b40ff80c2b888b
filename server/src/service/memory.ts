import type { Finding } from "../engine/finding.ts";
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
  defining(name: string): string;
  /** The files that imports are looked up among. */
  uris(): readonly string[];
}

interface Entry {
  readonly findings: readonly Finding[];
  readonly files: string;
  readonly texts: readonly (readonly [uri: string, digest: string])[];
  readonly names: Grounds["names"];
  /** Of all texts, where it rests on all of them; else "". */
  readonly entire: string;
}

const format = 2;

/**
 * Findings of closed files, kept with all that they rest on: every text that the resolver asked, where classes are
 * defined, and which files there are; all texts, where it asked who calls a function. They are recalled only where all of it is the same.
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

  configure({ target, select, ignore }: Config): void {
    this.#config = JSON.stringify([format, target, select, ignore]);
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
    this.#entries.set(key, entry);
    return entry.findings;
  }

  keep(uri: string, findings: readonly Finding[]): void {
    const grounds = this.#present.grounds(uri);
    if (!grounds) return;
    const texts = grounds.uris.map((each) => [each, this.#digestOf(each)] as const);
    const entire = grounds.entire ? this.#textsNow() : "";
    const entry: Entry = { findings, files: this.#filesNow(), texts, names: grounds.names, entire };
    this.#memory.keep(this.#keyOf(uri), JSON.stringify(entry));
  }

  #holds({ files, texts, names, entire }: Entry): boolean {
    return (
      files === this.#filesNow() &&
      texts.every(([uri, digest]) => digest === this.#digestOf(uri)) &&
      names.every(([name, uris]) => uris === this.#present.defining(name)) &&
      (entire === "" || entire === this.#textsNow())
    );
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

/** The memory vouches for the program that wrote it and for its being whole; what is no entry all the same is none. */
function toEntry(value: string | undefined): Entry | undefined {
  if (value === undefined) return undefined;
  try {
    const entry: Partial<Entry> | null = JSON.parse(value);
    const isEntry =
      Array.isArray(entry?.findings) &&
      typeof entry.files === "string" &&
      typeof entry.entire === "string" &&
      [entry.texts, entry.names].every(
        (list) => Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2),
      );
    return isEntry ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
