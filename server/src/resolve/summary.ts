import type { ClassDef, FunctionDef, SourceFile } from "../syntax/index.ts";
import { Str } from "../syntax/index.ts";
import { fixtureName, isFixture } from "./decorators.ts";
import { type ClassFacts, type Cuts, handedOnTo } from "./facts.ts";
import { Handed, type HandedCall } from "./handed.ts";
import { Inference } from "./infer.ts";
import { isByName, type Mapping, mappedBy, mayMap } from "./mapping_calls.ts";
import { type PossibleHook, possibleHooksIn } from "./query_hooks.ts";
import { type Registration, registrationsIn } from "./registrations.ts";
import type { Bound } from "./scopes.ts";
import { type Inferred, jsonOf, nothing } from "./type.ts";
import type { Evidence } from "./value.ts";
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
  /** pytest's fixture, by the name that tests ask for. */
  fixtureOf(name: string): Inferred | undefined;
  /** Modules that `pytest_plugins` names. */
  readonly plugins: readonly string[];
  /** Calls that may map a class. */
  mappings(): readonly Mapping[];
  /** Calls that may make every Query do more than it says. */
  hooks(): readonly PossibleHook[];
  /** What it adds to every request of a Pyramid application. */
  registrations(): readonly Registration[];
  /** The calls by a name, with what they hand over. No part of the meaning: who rests on them compares them. */
  callsOf(name: string): readonly HandedCall[];
  /** Whether a function of this name is handed on without being called. */
  passes(name: string): boolean;
  /** Modules as written whose every public name this one has as well. */
  readonly stars: readonly string[];
  /** `__all__`, where it is a literal list: what a star import of this module brings. */
  readonly all: readonly string[] | undefined;
  /**
   * All of it as JSON, but for where things stand: where two meanings are equal, no importer need be looked at again.
   */
  meaning(): string;
  /** Every reason in it, in an order that the meaning determines: equal meanings have equal reasons at other places. */
  evidence(): readonly Evidence[];
}

export function summarize(file: SourceFile, cuts: Cuts = { count: 0 }): ModuleSummary {
  return new LazySummary(file, cuts);
}

class LazySummary implements ModuleSummary {
  readonly uri: string;
  readonly stars: readonly string[];
  readonly all: readonly string[] | undefined;
  readonly plugins: readonly string[];
  readonly #end: number;
  readonly #inference: Inference;
  readonly #nodes = new Map<string, ClassDef>();
  readonly #exports = new Map<string, Inferred | undefined>();
  readonly #fixtures = new Map<string, FunctionDef>();
  readonly #evidence: Evidence[] = [];
  readonly #handed: Handed;
  #registrations: readonly Registration[] | undefined;
  #mappings: readonly Mapping[] | undefined;
  #hooks: readonly PossibleHook[] | undefined;
  #meaning: string | undefined;

  constructor(file: SourceFile, cuts: Cuts) {
    const own = (name: string): ClassFacts | undefined => {
      const node = this.#nodes.get(name);
      return node ? this.#inference.classOf(node) : this.#inference.placedOn(name);
    };
    this.uri = file.uri;
    this.#end = file.text.length;
    this.#inference = new Inference(file, () => createWorld(own, file.uri, alone(cuts)), false);
    this.#handed = new Handed(file, this.#inference);
    const { bound } = this.#inference;
    for (const node of bound.classes) {
      const { name } = this.#inference.classOf(node);
      if (!this.#nodes.has(name)) this.#nodes.set(name, node);
    }
    this.stars = bound.stars.map((star) => star.module);
    for (const node of bound.functions) if (isFixture(node)) this.#fixtures.set(fixtureName(node), node);
    this.all = stringsIn("__all__", bound);
    this.plugins = stringsIn("pytest_plugins", bound) ?? [];
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
    return node ? this.#inference.classOf(node) : this.#inference.placedOn(name);
  }

  fixtureOf(name: string): Inferred | undefined {
    const node = this.#fixtures.get(name);
    return node && this.#inference.functionOf(node);
  }

  mappings(): readonly Mapping[] {
    this.#mappings ??= this.#inference.bound.calls.flatMap((call) => {
      const mapped = mayMap.test(call.callee.text) ? mappedBy(call) : undefined;
      if (!mapped) return [];
      const { type: by } = this.#inference.of(call.callee);
      return [{ by, of: this.#inference.of(mapped).type, named: isByName(call) }];
    });
    return this.#mappings;
  }

  registrations(): readonly Registration[] {
    this.#registrations ??= registrationsIn(this.#inference);
    return this.#registrations;
  }

  hooks(): readonly PossibleHook[] {
    this.#hooks ??= possibleHooksIn(this.#inference);
    return this.#hooks;
  }

  callsOf(name: string): readonly HandedCall[] {
    return this.#handed.callsOf(name);
  }

  passes(name: string): boolean {
    return this.#handed.passes(name);
  }

  meaning(): string {
    this.#meaning ??= jsonOf(this.#everything(), (key, value) => {
      if (key === "because" && Array.isArray(value)) this.#evidence.push(...value);
      return key === "at" || key === "line" ? undefined : value;
    });
    return this.#meaning;
  }

  evidence(): readonly Evidence[] {
    this.meaning();
    return this.#evidence;
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
      if (own.has("__getattr__")) own.add(handedOnTo);
      const placed = `${name}.`;
      for (const text of bound.attributes.keys()) if (text.startsWith(placed)) own.add(text.slice(placed.length));
      return [name, facts?.bases, [...own].map((member) => [member, facts?.member(member)])];
    });
    const fixtures = [...this.#fixtures.keys()].map((name) => [name, this.fixtureOf(name)]);
    const placed = [...bound.attributes].map(([text, found]) => [
      text,
      found.map((definition) => this.#inference.defined(definition)),
    ]);
    const { stars, all, plugins } = this;
    return {
      exports,
      classes,
      fixtures,
      placed,
      stars,
      all,
      plugins,
      mappings: this.mappings(),
      registrations: this.registrations(),
      hooks: this.hooks(),
    };
  }
}

const concerns = ({ type }: Inferred): boolean => type.kind !== "unknown" && type.kind !== "plain";

/** The strings of a module's literal list or tuple, or its only string; `undefined` where they can't be read. */
function stringsIn(name: string, bound: Bound): readonly string[] | undefined {
  const [definition, ...more] = bound.module.names.get(name) ?? [];
  if (definition?.kind !== "value" || more.length > 0) return undefined;
  const { value } = definition;
  const items = value instanceof Str ? [value] : value.children;
  const strings = items.map((child) => (child instanceof Str ? child.value : undefined));
  return strings.every((each) => each !== undefined) ? strings : undefined;
}
