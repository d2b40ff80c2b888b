import type { ClassDef, SourceFile } from "../syntax/index.ts";
import { Str } from "../syntax/index.ts";
import type { ClassFacts } from "./facts.ts";
import { Inference } from "./infer.ts";
import type { Bound } from "./scopes.ts";
import { type Inferred, nothing } from "./type.ts";
import { alone, createWorld } from "./world.ts";

/**
 * All that other files can see of one file, made from that file alone, so that it is stale only with it. Each answer is
 * made when it is first asked for: most of what a file defines nobody imports.
 */
export interface ModuleSummary {
  readonly uri: string;
  /** What a name of the module is; `undefined` for a name that it does not define, or that is of no concern. */
  exportOf(name: string): Inferred | undefined;
  /** A class of the module, by its dotted name. Its members are those that it defines itself. */
  classOf(name: string): ClassFacts | undefined;
  /** Modules as written whose every public name this one has as well. */
  readonly stars: readonly string[];
  /** `__all__`, where it is a literal list: what a star import of this module brings. */
  readonly all: readonly string[] | undefined;
  /**
   * All of it as JSON, but for where things stand: where two meanings are equal, no importer need be looked at again.
   */
  meaning(): string;
}

export function summarize(file: SourceFile): ModuleSummary {
  return new LazySummary(file);
}

class LazySummary implements ModuleSummary {
  readonly uri: string;
  readonly stars: readonly string[];
  readonly all: readonly string[] | undefined;
  readonly #end: number;
  readonly #inference: Inference;
  readonly #nodes = new Map<string, ClassDef>();
  readonly #exports = new Map<string, Inferred | undefined>();
  #meaning: string | undefined;

  constructor(file: SourceFile) {
    const own = (name: string): ClassFacts | undefined => {
      const node = this.#nodes.get(name);
      return node && this.#inference.classOf(node);
    };
    this.uri = file.uri;
    this.#end = file.text.length;
    this.#inference = new Inference(file, () => createWorld(own, file.uri, alone), false);
    const { bound } = this.#inference;
    for (const node of bound.classes) {
      const { name } = this.#inference.classOf(node);
      if (!this.#nodes.has(name)) this.#nodes.set(name, node);
    }
    this.stars = bound.stars.map((star) => star.module);
    this.all = allOf(bound);
  }

  exportOf(name: string): Inferred | undefined {
    if (this.#exports.has(name)) return this.#exports.get(name);
    const found = this.#inference.bound.module.names.has(name) ? this.#inference.lookup(name, this.#end) : nothing;
    const told = concerns(found) ? found : undefined;
    this.#exports.set(name, told);
    return told;
  }

  classOf(name: string): ClassFacts | undefined {
    const node = this.#nodes.get(name);
    return node && this.#inference.classOf(node);
  }

  meaning(): string {
    this.#meaning ??= JSON.stringify(this.#everything(), (key, value) =>
      key === "at" || key === "line" ? undefined : value,
    );
    return this.#meaning;
  }

  #everything(): unknown {
    const { bound } = this.#inference;
    const exports = [...bound.module.names.keys()].flatMap((name) => {
      const found = this.exportOf(name);
      return found ? [[name, found]] : [];
    });
    const classes = [...this.#nodes].map(([name, node]) => {
      const facts = this.classOf(name);
      const own = new Set(bound.selfAttributes.get(node)?.keys());
      for (const member of bound.scopes.get(node)?.names.keys() ?? []) own.add(member);
      return [name, facts?.bases, [...own].map((member) => [member, facts?.member(member)])];
    });
    return { exports, classes, stars: this.stars, all: this.all };
  }
}

const concerns = ({ type }: Inferred): boolean => type.kind !== "unknown" && type.kind !== "plain";

function allOf(bound: Bound): readonly string[] | undefined {
  const [definition, ...more] = bound.module.names.get("__all__") ?? [];
  if (definition?.kind !== "value" || more.length > 0) return undefined;
  const names = definition.value.children.map((child) => (child instanceof Str ? child.value : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}
