import type { Finding, Fix } from "../../server/src/engine/finding.ts";
import type { Service } from "../../server/src/service/index.ts";
import { applyEdits, type Parser } from "../../server/src/syntax/index.ts";
import { put } from "./corpus.ts";

/** Rules that go half of the way on purpose: the finding that their fix makes possible is the other half. */
const uncovered: Readonly<Record<string, string>> = { "engine-execute": "string-statement" };

/** Tries the fixes of texts, and collects everything that is wrong with them. */
export class Trial {
  readonly texts: { readonly what: string; readonly before: string; readonly after: string }[] = [];
  readonly problems: string[] = [];
  /** Findings that a fix made. Where a program was broken before, its fix may well show more of it. */
  readonly made: string[] = [];
  fixes = 0;
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Each fix of a document alone, then all of them; `name` is for messages. The document holds `text` again in the end. */
  try(service: Service, name: string, uri: string, text: string): void {
    const found = service.findings(uri);
    for (const finding of found) {
      if (!finding.fix) continue;
      this.fixes++;
      const what = `${name}: ${finding.rule} (${finding.safety}) at ${finding.span.start}`;
      const after = applyEdits(text, finding.fix.edits);
      this.#compare(what, text, after);
      put(service, uri, after);
      this.#findings(what, found, finding, finding.fix, service.findings(uri), after);
    }
    for (const safety of ["safe", "review"] as const) {
      put(service, uri, text);
      const what = `${name}: all ${safety}`;
      const once = service.fixAll(uri, { safety })?.text ?? "";
      this.#compare(what, text, once);
      put(service, uri, once);
      const again = service.fixAll(uri, { safety });
      if (again?.text !== once) this.problems.push(`${what} goes on:\n${once}\n-->\n${again?.text}`);
      const left = service.findings(uri).filter(({ fix, safety: own }) => fix && (own === "safe" || own === safety));
      if (left.length > 0) this.problems.push(`${what} leaves ${left.map(({ rule }) => rule)}:\n${once}`);
    }
    put(service, uri, text);
  }

  #compare(what: string, before: string, after: string): void {
    this.texts.push({ what, before, after });
    if (this.#parser.accepts(before) && !this.#parser.accepts(after)) this.problems.push(`${what} breaks:\n${after}`);
    const lost = lostComments(this.#commentsOf(before), this.#commentsOf(after));
    if (lost.length > 0) this.problems.push(`${what} loses ${lost}:\n${after}`);
  }

  #findings(
    what: string,
    before: readonly Finding[],
    fixed: Finding,
    fix: Fix,
    now: readonly Finding[],
    after: string,
  ): void {
    const place = (offset: number): number => moved(offset, fix);
    const stays = now.some((each) => each.rule === fixed.rule && each.mark.start === place(fixed.mark.start));
    if (stays) this.problems.push(`${what} stays:\n${after}`);
    const isKnown = (each: Finding): boolean =>
      before.some(
        ({ rule, mark, span }) =>
          each.rule === rule &&
          (each.mark.start === place(mark.start) ||
            each.mark.end === place(mark.end) ||
            each.span.start === place(span.start)),
      );
    const others = now.filter((each) => uncovered[fixed.rule] !== each.rule && !isKnown(each));
    if (others.length > 0) this.made.push(`${what} makes ${others.map(({ rule }) => rule)}:\n${after}`);
  }

  #commentsOf(text: string): readonly string[] {
    return this.#parser.parse("", 0, text).comments.map(({ start, end }) => text.slice(start, end));
  }
}

/** Where an offset of the text before a fix lies behind it; inside of a replaced span, at its end. */
function moved(offset: number, { edits }: Fix): number {
  let delta = 0;
  for (const { span, text } of edits) {
    if (span.end <= offset) delta += text.length - (span.end - span.start);
    else if (span.start < offset) delta += span.start + text.length - offset;
  }
  return offset + delta;
}

/** Comments that are not there as often as before; two of them may have become one. */
function lostComments(before: readonly string[], after: readonly string[]): readonly string[] {
  const count = (texts: readonly string[], text: string): number => texts.join("\n").split(text).length;
  return before.filter((each) => count(after, each) < count(before, each));
}
