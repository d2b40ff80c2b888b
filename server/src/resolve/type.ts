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
  /** `again`: by the very question that is being answered, so that it adds nothing to what else answers it. */
  | { readonly kind: "unknown"; readonly again?: true }
  | { readonly kind: "none" }
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "class"; readonly id: ClassId }
  | { readonly kind: "instance"; readonly id: ClassId; readonly holds?: Type }
  /** A function, method or builder of the knowledge table, bound to its receiver where it has one. */
  | { readonly kind: "api"; readonly name: string; readonly self?: Type }
  /**
   * A function of the workspace: what a call of it gives, found out when that is first asked. `property`: reading it
   * already calls it, for "hybrid" on objects only.
   */
  | {
      readonly kind: "function";
      readonly result: Inferred;
      readonly property: boolean | "hybrid";
      /** The function itself, by its dotted name in its file; absent for lambdas. */
      readonly id?: { readonly uri: string; readonly name: string };
      /** `functools.wraps`: it answers as what it wraps. */
      readonly wraps?: true;
      /** A method that does nothing: the classes below say what it gives. */
      readonly hook?: true;
      /** Of a decorator: what the function that it wraps is called with. */
      readonly hands?: Handing | undefined;
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
  /** The decorator may also be called with options, and gives one that hands over the same. */
  readonly optional?: true;
}

/** What a decorator puts on an argument before it hands that on: a session on oslo.db's context. */
export interface Lent {
  readonly place: number;
  readonly attribute: "session" | "connection";
  readonly because: readonly Evidence[];
}

type FunctionType = Extract<Type, { kind: "function" }>;

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
  | {
      readonly kind: "handed";
      readonly parameter: string;
      readonly place: number;
      /** Asked of a decorator that is called with options: it has to be one that may be. */
      readonly called: boolean;
      readonly otherwise: Inferred;
    }
  /** This one or those, on branches that only other files can tell apart. */
  | {
      readonly kind: "either";
      readonly others: readonly Inferred[];
      /** The name of the first of the others, whose place all further ones take where it was left out. */
      readonly instead?: string;
    }
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
/** One list for all answers that need no reason: most are of this kind. */
const noReasons: readonly Evidence[] = Object.freeze([]);

export const nothing: Inferred = { type: unknown, certainty: "unknown", because: noReasons };
/** The answer to a question that comes up again while it is being answered. */
export const again: Inferred = { ...nothing, type: { kind: "unknown", again: true } };
export const isAgain = ({ type }: Inferred): boolean => type.kind === "unknown" && type.again === true;

/** A method that a class leaves to those below it. */
export const isHook = ({ type }: Inferred): boolean => type.kind === "function" && type.hook === true;
/** What those below it give, by the name of the method that is left to them. */
export function asHook(below: Inferred, { type: hook }: Inferred): Inferred {
  const id = hook.kind === "function" ? hook.id : undefined;
  return below.type.kind === "function" && id ? { ...below, type: { ...below.type, id } } : below;
}

export const instanceOf = (api: string, holds?: Type): Type =>
  holds ? { kind: "instance", id: { api }, holds } : { kind: "instance", id: { api } };

export const certain = (type: Type, because: readonly Evidence[] = noReasons): Inferred =>
  type.kind === "unknown" ? nothing : { type, certainty: "certain", because };

/**
 * A function's type. Most functions are only named, so that `result` is asked when somebody calls; a function that is
 * asked while it is being answered (it calls itself) gives nothing, and `circular` is told.
 */
export function functionType(
  ask: { readonly result: () => Inferred; readonly hands?: () => Handing | undefined },
  rest: Omit<FunctionType, "kind" | "result" | "hands">,
  circular: () => void = () => undefined,
): Type {
  const result = lazily(() => bounded(ask.result()), nothing, circular);
  const hands = lazily(() => ask.hands?.(), undefined, circular);
  return {
    kind: "function",
    get result() {
      return result();
    },
    get hands() {
      return hands();
    },
    ...rest,
  };
}

/** What is computed once, when it is first asked for; who asks meanwhile gets `inside`. */
function lazily<T>(compute: () => T, inside: T, circular: () => void): () => T {
  let found: { readonly is: T } | undefined;
  let isBusy = false;
  return () => {
    if (found) return found.is;
    if (isBusy) {
      circular();
      return inside;
    }
    isBusy = true;
    try {
      found = { is: compute() };
    } finally {
      isBusy = false;
    }
    return found.is;
  };
}

export const sameClass = (a: ClassId, b: ClassId): boolean =>
  "api" in a ? "api" in b && a.api === b.api : !("api" in b) && a.uri === b.uri && a.name === b.name;

/** Whether two types say the same. A function of the workspace is itself, whatever it gives. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === "function" && b.kind === "function" && a.id && b.id) return isSameFunction(a, b);
  return a.kind === b.kind && jsonOf(a) === jsonOf(b);
}

/**
 * What holds types as JSON, each property as `replace` has it. A function may give what holds the function again: what is
 * inside of itself, or too deep in others, is left out.
 */
export function jsonOf(value: unknown, replace = (_key: string, each: unknown): unknown => each): string {
  /** What is being written now, from the outside inwards. */
  const around: object[] = [];
  const written = JSON.stringify(value, function (this: object, key: string, each: unknown) {
    while (around.length > 0 && around[around.length - 1] !== this) around.pop();
    if ((key === "result" || key === "hands") && isFunction(this)) {
      const outer = around.slice(0, -1).filter(isFunction);
      if (outer.length >= mostNested || outer.some((one) => isSameFunction(one, this as FunctionType)))
        return undefined;
    }
    const replaced = replace(key, each);
    if (typeof replaced !== "object" || replaced === null) return replaced;
    if (around.includes(replaced)) return undefined;
    around.push(replaced);
    return replaced;
  });
  return written ?? "";
}

/** Functions that give functions: deeper than anyone nests them. */
const mostNested = 4;

const isSameFunction = (a: FunctionType, b: FunctionType): boolean =>
  a === b || (a.id !== undefined && a.id.uri === b.id?.uri && a.id.name === b.id.name);

const isFunction = (value: object): value is FunctionType => "kind" in value && value.kind === "function";

/**
 * The answer, or nothing where its type has grown out of hand: types hold types, and every line of `q = (q, q)` doubles
 * one. What people write stays far below. What a function gives is bounded by itself.
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

function operands(operation: Operation): readonly Type[] {
  if (operation.kind === "call") return [...operation.args, ...Object.values(operation.keywords)];
  if (operation.kind === "handed" || operation.kind === "default") return [operation.otherwise.type];
  if (operation.kind === "either") return operation.others.map(({ type }) => type);
  return operation.kind === "instantiate" && operation.holds ? [operation.holds] : [];
}
