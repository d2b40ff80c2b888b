import { ImportFrom, type SourceFile, Str } from "../syntax/index.ts";
import { Inference } from "./infer.ts";
import type { Bound } from "./scopes.ts";
import type { Inferred } from "./type.ts";
import { alone, createWorld } from "./world.ts";

/** What other files can see of a class. */
export interface ClassSummary {
  /** 1-based. */
  readonly line: number;
  readonly bases: readonly Inferred[];
  readonly members: Readonly<Record<string, Inferred>>;
}

/** All that other files can see of one file. JSON; made from that file alone, so that it is stale only with it. */
export interface ModuleSummary {
  readonly uri: string;
  readonly exports: Readonly<Record<string, Inferred>>;
  readonly classes: Readonly<Record<string, ClassSummary>>;
  /** Modules as written whose every public name this one has as well. */
  readonly stars: readonly string[];
  /** `__all__`, where it is a literal list: what a star import of this module brings. */
  readonly all: readonly string[] | undefined;
  /** Modules as written that the file imports, at any depth. */
  readonly imports: readonly string[];
}

export function summarize(file: SourceFile): ModuleSummary {
  const classes = new Map<string, ReturnType<Inference["classOf"]>>();
  const inference = new Inference(file, () => createWorld((name) => classes.get(name), file.uri, alone), false);
  const { bound } = inference;
  for (const node of bound.classes) {
    const facts = inference.classOf(node);
    if (!classes.has(facts.name)) classes.set(facts.name, facts);
  }
  const exports: Record<string, Inferred> = Object.create(null);
  for (const name of bound.module.names.keys()) {
    const found = inference.lookup(name, file.text.length);
    if (found.type.kind !== "unknown" && found.type.kind !== "plain") exports[name] = found;
  }
  return {
    uri: file.uri,
    exports,
    classes: Object.fromEntries(
      [...classes].map(([name, facts]) => [name, summarizeClass(name, facts, bound, inference)]),
    ),
    stars: bound.stars.map((star) => star.module),
    all: allOf(bound),
    imports: importsOf(bound),
  };
}

/** All that a summary says but for where it stands: equal meanings, and no importer need be looked at again. */
export function meaningOf(summary: ModuleSummary): string {
  return JSON.stringify(summary, (key, value) => (key === "at" || key === "line" ? undefined : value));
}

function summarizeClass(
  name: string,
  facts: ReturnType<Inference["classOf"]>,
  bound: Bound,
  inference: Inference,
): ClassSummary {
  const node = bound.classes.find((each) => inference.classOf(each).name === name);
  const names = new Set<string>(node ? bound.selfAttributes.get(node)?.keys() : []);
  for (const inner of classNames(bound, node)) names.add(inner);
  const members: Record<string, Inferred> = Object.create(null);
  for (const each of names) {
    const found = facts.member(each);
    if (found && found.type.kind !== "unknown" && found.type.kind !== "plain") members[each] = found;
    // A member that we cannot name still hides its bases' one of that name.
    else members[each] = { type: { kind: "unknown" }, certainty: "unknown", because: [] };
  }
  return { line: facts.line, bases: facts.bases, members };
}

function classNames(bound: Bound, node: Bound["classes"][number] | undefined): Iterable<string> {
  const pending = [bound.module];
  for (let scope = pending.pop(); scope; scope = pending.pop()) {
    if (scope.node === node && scope.kind === "class") return scope.names.keys();
    pending.push(...scope.inner);
  }
  return [];
}

function allOf(bound: Bound): readonly string[] | undefined {
  const [definition, ...more] = bound.module.names.get("__all__") ?? [];
  if (definition?.kind !== "value" || more.length > 0) return undefined;
  const names = definition.value.children.map((child) => (child instanceof Str ? child.value : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function importsOf(bound: Bound): readonly string[] {
  return [
    ...new Set(
      bound.imports.flatMap((found) =>
        // `from a import b` may mean the module a.b.
        found instanceof ImportFrom
          ? [found.module, ...found.names.map(({ name }) => `${found.module.replace(/\.$/, "")}.${name}`)]
          : found.names.map(({ name }) => name),
      ),
    ),
  ];
}
