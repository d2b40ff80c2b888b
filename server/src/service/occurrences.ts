import type { Effect, Finding } from "../engine/finding.ts";
import { type ApiName, apiOf, type Layer } from "../knowledge/index.ts";
import type { FileResolver } from "../resolve/index.ts";
import { type Expr, Name, type SourceFile, type Span } from "../syntax/index.ts";
import { layerAt } from "./layer.ts";
import { lessonOf } from "./lessons.ts";
import type { Occurrence } from "./types.ts";

/** Every place of one file where something that a lesson teaches occurs, by position; a line names a section once. */
export function occurrencesIn(
  file: SourceFile,
  resolver: FileResolver,
  findings: readonly Finding[],
): readonly Occurrence[] {
  const found = new Found(file);
  const { bound } = resolver.inference;
  for (const call of bound.calls) {
    const name = resolver.nameOf(call.callee);
    if (name) found.named(name, call.callee, resolver);
  }
  for (const node of bound.classes) {
    if (!resolver.modelOf(node)) continue;
    found.add(node.nameNode, `class ${node.name}`, "orm", ["models#start", sectionOfLayer.orm]);
    // `Mapped[str]` without a call declares a column as well.
    for (const { text, start, end } of annotationsIn(node.body)) {
      const name = resolver.nameOf(text);
      if (name) found.add({ start, end }, shortName(name), "orm", [lessonOf(apiOf(name))]);
    }
  }
  for (const { lesson, mark, rule, effect } of findings) {
    const layer = found.layerOf(mark);
    found.add(mark, rule, layer, [lesson, ...sectionsOfEffect[effect]]);
  }
  return found.all();
}

/** Lesson 1 is about the two layers: every name is an example of one of its sections. */
const sectionOfLayer: Readonly<Record<Layer, string>> = {
  core: "core-vs-orm#core",
  orm: "core-vs-orm#orm",
  both: "core-vs-orm#select",
};

/** What the lesson about 2.0 orders by effect. */
export const sectionsOfEffect: Readonly<Record<Effect, readonly string[]>> = {
  raises: ["migrate#effects"],
  changes: ["migrate#silent"],
  deprecated: ["migrate#warnings"],
  legacy: ["core-vs-orm#old-code"],
};

class Found {
  readonly #file: SourceFile;
  readonly #places: Occurrence[] = [];
  /** `section line`, since a chain of calls over one line is one place. */
  readonly #seen = new Set<string>();

  constructor(file: SourceFile) {
    this.#file = file;
  }

  named(name: ApiName, callee: Expr, resolver: FileResolver): void {
    const api = apiOf(name);
    if (!api || api.kind === "exception") return;
    const { layer } = layerAt(api, callee, this.#file, resolver);
    const last = callee.children[callee.children.length - 1] ?? callee;
    this.add(last, shortName(name), layer, [lessonOf(api), sectionOfLayer[layer]]);
  }

  add({ start, end }: Span, name: string, layer: Layer | null, sections: readonly string[]): void {
    const line = this.#file.lineOf(start);
    const fresh = sections.filter((section) => {
      const key = `${section} ${line}`;
      return this.#seen.size < this.#seen.add(key).size;
    });
    if (fresh.length > 0) this.#places.push({ span: { start, end }, name, layer, sections: fresh });
  }

  /** What was said already of a name there. */
  layerOf({ start, end }: Span): Layer | null {
    return this.#places.find(({ span }) => start <= span.start && span.end <= end)?.layer ?? null;
  }

  all(): readonly Occurrence[] {
    return this.#places.sort((a, b) => a.span.start - b.span.start);
  }
}

/** "Session.get" of "sqlalchemy.orm.Session.get", "select" of "sqlalchemy.select". */
function shortName(name: string): string {
  const parts = name.split(".");
  const owner = parts[parts.length - 2] ?? "";
  return (/^[A-Z]/.test(owner) ? parts.slice(-2) : parts.slice(-1)).join(".");
}

/** The heads of annotations that stand alone in a class body: `Mapped` of `name: Mapped[str]`. */
function annotationsIn(body: Expr): readonly { readonly text: Expr; readonly start: number; readonly end: number }[] {
  return body.children.flatMap((statement) => {
    const assignment = statement.type === "expression_statement" ? statement.children[0] : undefined;
    const annotation = assignment?.type === "assignment" ? assignment.first("type")?.children[0] : undefined;
    const head = annotation instanceof Name ? annotation : annotation?.children[0];
    return head ? [{ text: head, start: head.start, end: head.end }] : [];
  });
}
