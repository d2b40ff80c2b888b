import type { Certainty, Evidence } from "./value.ts";

/** A class: one of the knowledge table's, or one that the workspace defines. */
export type ClassId =
  /**
   * Of a declarative base `over` is the class of the workspace that lends it its members, `asking` the Query class that
   * its models' `query` is one of.
   */
  | {
      readonly api: string;
      readonly over?: { readonly uri: string; readonly name: string };
      readonly asking?: ClassId;
    }
  | {
      readonly uri: string;
      /** Dotted for nested classes. */
      readonly name: string;
      /** Said by the class's own methods: whichever subclass they are called on. */
      readonly self?: true;
    };

/**
 * What an expression evaluates to, inside of the resolver. JSON throughout, since summaries of files are made of it.
 * `reference` and `deferred` stand for what only the file behind an import can tell; linking replaces them.
 */
export type Type =
  | { readonly kind: "unknown" }
  | { readonly kind: "none" }
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "class"; readonly id: ClassId }
  | { readonly kind: "instance"; readonly id: ClassId; readonly holds?: Type }
  /** A function, method or builder of the knowledge table, bound to its receiver where it has one. */
  | { readonly kind: "api"; readonly name: string; readonly self?: Type }
  /** A function of the workspace: what a call of it gives. `property`: reading it already calls it. */
  | {
      readonly kind: "function";
      readonly result: Inferred;
      readonly property: boolean;
      /** The function itself, by its dotted name in its file; absent for lambdas. */
      readonly id?: { readonly uri: string; readonly name: string };
      /** `functools.wraps`: it answers as what it wraps. */
      readonly wraps?: true;
      /** Of a decorator: what the function that it wraps is called with. */
      readonly hands?: Handing;
    }
  /** A container or wrapper of one element type. */
  | { readonly kind: "box"; readonly box: Box; readonly of: Type }
  | { readonly kind: "tuple"; readonly items: readonly Type[] }
  | { readonly kind: "reference"; readonly from: string; readonly module: string; readonly name: string | undefined }
  | { readonly kind: "deferred"; readonly operation: Operation; readonly of: Type };

export type Box = "list" | "iter" | "aiter" | "cm" | "acm" | "await" | "dict" | "optional" | "variable";

/** What a decorator calls the function below it with, as far as it is known. */
export interface Handing {
  readonly args: readonly Inferred[];
  readonly keywords: Readonly<Record<string, Inferred>>;
  readonly lent: readonly Lent[];
}

/** What a decorator puts on an argument before it hands that on: a session on oslo.db's context. */
export interface Lent {
  readonly place: number;
  readonly attribute: "session" | "connection";
  readonly because: readonly Evidence[];
}

/** What can be done to a value; `Inference` applies it, or defers it where the value is not known yet. */
export type Operation =
  /** `shared`: the name by which all files know it, where it is read from an object that frameworks hand around. */
  | { readonly kind: "attribute"; readonly name: string; readonly shared?: string }
  | { readonly kind: "call"; readonly args: readonly Type[]; readonly keywords: Readonly<Record<string, Type>> }
  | { readonly kind: "element"; readonly isAsync: boolean }
  | { readonly kind: "enter"; readonly isAsync: boolean }
  | { readonly kind: "await" }
  /** `index`: the place in a tuple, from its end where negative; `undefined` where it can't be told. */
  | { readonly kind: "item"; readonly index: number | undefined; readonly shared?: string }
  | { readonly kind: "slice" }
  /** From a decorator to the class that it adds to the bases of what it decorates. */
  | { readonly kind: "decorate" }
  /**
   * From a decorator to what it hands to a parameter of what it decorates; the place is among all of its parameters.
   * `otherwise`: what the parameter is if the decorator hands nothing to it.
   */
  | { readonly kind: "handed"; readonly parameter: string; readonly place: number; readonly otherwise: Inferred }
  /** This one or those, on branches that only other files can tell apart. */
  | { readonly kind: "either"; readonly others: readonly Inferred[] }
  /** The value itself, or what stands in for it where there is none: `settings.get("engine", default)`. */
  | { readonly kind: "default"; readonly otherwise: Inferred }
  /** From a class to an instance of it: what an annotation means. */
  | { readonly kind: "instantiate"; readonly holds?: Type };

export interface Inferred {
  readonly type: Type;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}

export const unknown: Type = { kind: "unknown" };
export const nothing: Inferred = { type: unknown, certainty: "unknown", because: [] };
export const instanceOf = (api: string, holds?: Type): Type =>
  holds ? { kind: "instance", id: { api }, holds } : { kind: "instance", id: { api } };

export const certain = (type: Type, because: readonly Evidence[] = []): Inferred =>
  type.kind === "unknown" ? nothing : { type, certainty: "certain", because };

export const sameClass = (a: ClassId, b: ClassId): boolean =>
  "api" in a ? "api" in b && a.api === b.api : !("api" in b) && a.uri === b.uri && a.name === b.name;

/** Equality of plain data, field by field; depth is bounded by how types are made. */
export function sameType(a: Type, b: Type): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The answer, or nothing where its type has grown out of hand: types hold types, and every line of `q = (q, q)` doubles
 * one. What people write stays far below.
 */
export function bounded(found: Inferred): Inferred {
  const pending: Type[] = [found.type];
  let left = 200;
  for (let type = pending.pop(); type; type = pending.pop()) {
    if (--left < 0) return nothing;
    switch (type.kind) {
      case "instance":
        if (type.holds) pending.push(type.holds);
        break;
      case "api":
        if (type.self) pending.push(type.self);
        break;
      case "function":
        pending.push(type.result.type, ...handed(type.hands));
        break;
      case "box":
        pending.push(type.of);
        break;
      case "tuple":
        pending.push(...type.items);
        break;
      case "deferred":
        pending.push(type.of, ...operands(type.operation));
        break;
    }
  }
  return found;
}

const handed = (hands: Handing | undefined): readonly Type[] =>
  [...(hands?.args ?? []), ...Object.values(hands?.keywords ?? {})].map(({ type }) => type);

function operands(operation: Operation): readonly Type[] {
  if (operation.kind === "call") return [...operation.args, ...Object.values(operation.keywords)];
  if (operation.kind === "handed" || operation.kind === "default") return [operation.otherwise.type];
  if (operation.kind === "either") return operation.others.map(({ type }) => type);
  return operation.kind === "instantiate" && operation.holds ? [operation.holds] : [];
}
