import type { SourceFile } from "../syntax/index.ts";
import { type Asked, type Grounds, groundsFrom, type Mapped } from "./grounds.ts";
import type { FileResolver } from "./index.ts";
import type { ModuleSummary } from "./summary.ts";
import { type Inferred, jsonOf } from "./type.ts";
import type { Evidence } from "./value.ts";

/** What a project says now of what answers may rest on. */
export interface Present {
  /** How often a file came or went. */
  files(): number;
  /** How often a file came, went or got another text. */
  changes(): number;
  syntax(uri: string): SourceFile | undefined;
  summaryOf(uri: string): ModuleSummary | undefined;
  /** The files behind a name among the grounds, as one string. */
  filesFor(name: string): string;
  /** What calls map, the same object while they map the same classes; `undefined` while that is being asked. */
  mapped(): Mapped | undefined;
  /** What callers hand to a parameter of a file. */
  givenTo(uri: string, name: string): Inferred | undefined;
}

/** What the answers about a file rest on. */
interface Held {
  readonly asked: Asked;
  /** The file set that imports were looked up in. */
  readonly files: number;
  /** The change up to which the grounds were last compared. */
  checked: number;
}

interface Kept extends Held {
  readonly file: SourceFile;
  readonly resolver: FileResolver;
}

/** What an answer says, wherever its reasons stand. */
const saying = (found: Inferred | undefined): string =>
  jsonOf(found, (key, value) => (key === "at" ? undefined : value));

/** The resolvers of a project's files, each with what it rests on: it outlives every change that leaves the meaning of that alone. */
export class HeldResolvers {
  readonly #now: Present;
  readonly #kept = new Map<string, Kept>();
  /** Of files that were let go of. */
  readonly #resting = new Map<string, Held>();
  /** For evidence of a summary that another of equal meaning has replaced: its file, and its number there. */
  readonly #places = new WeakMap<Evidence, { readonly uri: string; readonly index: number }>();
  /** For a reason of what callers hand over: the same one where it stands now. */
  readonly #moved = new WeakMap<Evidence, Evidence>();

  constructor(now: Present) {
    this.#now = now;
  }

  /** The resolver of a version of a file, if nothing that it rests on has changed. */
  get(uri: string, file: SourceFile): FileResolver | undefined {
    const kept = this.#kept.get(uri);
    return kept?.file === file && this.#holds(kept) ? kept.resolver : undefined;
  }

  keep(uri: string, resolver: FileResolver, asked: Asked): void {
    const { file } = resolver.inference;
    this.#resting.delete(uri);
    this.#kept.set(uri, { file, resolver, asked, files: this.#now.files(), checked: this.#now.changes() });
  }

  /** Tells that a file has another text: what was let go of is stale. */
  changed(uri: string): void {
    this.#resting.delete(uri);
  }

  removed(uri: string): void {
    this.#resting.delete(uri);
    this.#kept.delete(uri);
  }

  clear(): void {
    this.#resting.clear();
    this.#kept.clear();
  }

  askedBy(uri: string): Asked | undefined {
    return this.#kept.get(uri)?.asked;
  }

  /** What the answers of a file's resolver rest on; `undefined` where there is none. */
  groundsOf(uri: string): Grounds | undefined {
    return groundsFrom(uri, (each) => this.askedBy(each));
  }

  /** Whether answers about another file rest on this one, or just on a summary of it. */
  isGround(uri: string, summary?: ModuleSummary): boolean {
    const isOf = ({ files }: Asked): boolean => (summary ? files.get(uri) === summary : files.has(uri));
    for (const held of [this.#kept, this.#resting])
      for (const [other, { asked }] of held) if (other !== uri && isOf(asked)) return true;
    return false;
  }

  /**
   * Lets go of a file's resolver, unless another file's rests on the file. What its own answers rest on stays, for
   * `stillHolds`: a newer resolver has not asked what the answers of an older one rest on.
   */
  rest(uri: string, resolver: FileResolver): boolean {
    const kept = this.#kept.get(uri);
    if (kept?.resolver !== resolver || this.isGround(uri)) return false;
    const { asked, files, checked } = kept;
    asked.files.delete(uri);
    this.#resting.set(uri, { asked, files, checked });
    this.#kept.delete(uri);
    return true;
  }

  /** Whether all answers about a file that was let go of would be the same today. */
  stillHolds(uri: string): boolean {
    const resting = this.#resting.get(uri);
    return resting !== undefined && this.#holds(resting);
  }

  #holds(held: Held): boolean {
    const changes = this.#now.changes();
    if (held.files !== this.#now.files()) return false;
    if (held.checked === changes) return true;
    for (const [name, ground] of held.asked.names) if (this.#now.filesFor(name) !== ground) return false;
    for (const [uri, ground] of held.asked.files) if (!this.#stillSays(uri, ground)) return false;
    for (const [key, ground] of held.asked.given) if (!this.#stillGiven(key, ground)) return false;
    const { mapped } = held.asked;
    const now = mapped && this.#now.mapped();
    if (now && now.classes !== mapped.classes) return false;
    if (now || !mapped) held.checked = changes;
    return true;
  }

  #stillSays(uri: string, ground: ModuleSummary | SourceFile | undefined): boolean {
    if (!ground || !("meaning" in ground)) return this.#now.syntax(uri) === ground;
    const now = this.#now.summaryOf(uri);
    if (now === ground) return true;
    if (now?.meaning() !== ground.meaning()) return false;
    for (const [index, evidence] of ground.evidence().entries()) this.#places.set(evidence, { uri, index });
    return true;
  }

  #stillGiven(key: string, ground: Inferred): boolean {
    const place = key.indexOf(" ");
    const now = this.#now.givenTo(key.slice(0, place), key.slice(place + 1));
    if (now === ground) return true;
    if (!now || saying(now) !== saying(ground)) return false;
    for (const [index, evidence] of ground.because.entries()) {
      const moved = now.because[index];
      if (moved) this.#moved.set(evidence, moved);
    }
    return true;
  }

  /** The same reason where its file has it now: summaries of equal meaning have equal evidence in the same order. */
  present(evidence: Evidence): Evidence {
    const moved = this.#moved.get(evidence);
    if (moved) return moved;
    const place = this.#places.get(evidence);
    const now = place && this.#now.summaryOf(place.uri)?.evidence()[place.index];
    if (!place || now?.text !== evidence.text) return evidence;
    // It may be shown for longer than it stands there, too.
    this.#places.set(now, place);
    return now;
  }
}
