import { Attribute, Call, type Expr, FunctionDef, Name, type Node, Str } from "../syntax/index.ts";
import { follow, union } from "./answers.ts";
import { keeps } from "./decorators.ts";
import { evidenceOf } from "./definitions.ts";
import { lentAround } from "./enginefacade.ts";
import type { Inference } from "./infer.ts";
import { entriesOf } from "./shared_names.ts";
import { type Handing, type Inferred, nothing, unknown } from "./type.ts";

/**
 * What a decorator hands to the function that it wraps: the arguments with which the function inside of it calls its own
 * parameter. `undefined` for a function that wraps none.
 */
export function handingOf(decorator: FunctionDef, inference: Inference): Handing | undefined {
  const inner = inference.bound.scopes.get(decorator)?.inner ?? [];
  if (!inner.some(({ kind }) => kind === "function")) return undefined;
  const wrapped = new Set(decorator.params.map(({ name }) => name.name));
  const all = within(inference.bound.calls, decorator);
  const passed = handedByInner(decorator, { wrapped, calls: all }, inference);
  if (passed) return passed;
  const calls = all.filter(({ callee }) => {
    return callee instanceof Name && wrapped.has(callee.name) && around(callee) !== decorator;
  });
  const handed = calls.map((call) => handedBy(call, inference));
  const places = Math.max(0, ...handed.map(({ args }) => args.length));
  const args = Array.from({ length: places }, (_, place) => agreed(handed.map((each) => each.args[place])));
  const names = new Set(handed.flatMap(({ keywords }) => Object.keys(keywords)));
  const keywords = Object.fromEntries(
    [...names].map((name) => [name, agreed(handed.map((each) => each.keywords[name]))]),
  );
  const lent = handed.flatMap((each) => each.lent);
  const isKnown = [...args, ...Object.values(keywords)].some(({ type }) => type.kind !== "unknown");
  return isKnown || lent.length > 0 ? { args, keywords, lent } : undefined;
}

/**
 * A decorator that is written with options and without: what it was given it passes to the function in it that decorates,
 * `return decorator(func)` or `return decorator(args[0])`, and returns that one where it was given none.
 */
function handedByInner(
  decorator: FunctionDef,
  { wrapped, calls }: { readonly wrapped: ReadonlySet<string>; readonly calls: readonly Call[] },
  inference: Inference,
): Handing | undefined {
  const names = inference.bound.scopes.get(decorator)?.names;
  for (const call of calls) {
    const { callee, positional } = call;
    const [given] = positional;
    if (!(callee instanceof Name) || !given || positional.length > 1 || around(call) !== decorator) continue;
    const root = given.type === "subscript" ? given.children[0] : given;
    if (!(root instanceof Name) || !wrapped.has(root.name)) continue;
    const [inner, ...others] = names?.get(callee.name) ?? [];
    if (inner?.kind !== "function" || others.length > 0) continue;
    const hands = handingOf(inner.function, inference);
    if (hands) return { ...hands, optional: true };
  }
  return undefined;
}

/**
 * What the decorators of a function hand to its parameter; else what the parameter is `otherwise`. While the file of a
 * decorator can't be asked the answer stays symbolic.
 */
export function injected(
  owner: FunctionDef,
  of: { readonly parameter: string; readonly place: number },
  inference: Inference,
  otherwise: () => Inferred,
): Inferred {
  const symbols: Way[] = [];
  for (const decorator of owner.decorators) {
    if (keeps(decorator)) continue;
    for (const way of waysOf(decorator, inference)) {
      const found = inference.applied({ kind: "handed", ...of, called: way.called, otherwise: nothing }, way.by);
      if (found.type.kind === "unknown") continue;
      if (found.type.kind === "deferred") {
        symbols.push(way);
        continue;
      }
      const because = [evidenceOf({ kind: "opaque", node: decorator }, inference.file)];
      return follow({ type: unknown, certainty: "certain", because }, found);
    }
  }
  return symbols.reduce(
    (rest, { by, called }) => inference.applied({ kind: "handed", ...of, called, otherwise: rest }, by),
    otherwise(),
  );
}

interface Way {
  readonly by: Inferred;
  /** It stands for its name called with options. */
  readonly called: boolean;
}

/** What decorates: what a call with options gives, or else the function that was called, which may be one of both kinds. */
function waysOf(decorator: Expr, inference: Inference): readonly Way[] {
  const made = { by: inference.of(decorator), called: false };
  if (!(decorator instanceof Call)) return [made];
  const named = { by: inference.of(decorator.callee), called: true };
  return made.by.type.kind === "deferred" ? [made, named] : [named, made];
}

function handedBy(call: Call, inference: Inference): Handing {
  const splat = call.args.findIndex((arg) => arg.splat === "*");
  const placed =
    splat < 0 ? call.positional : call.args.slice(0, splat).flatMap(({ name, value }) => (name ? [] : [value]));
  const args = placed.map((arg) => inference.of(arg));
  const named = call.args.flatMap((arg): (readonly [string, Expr])[] => {
    if (arg.name !== undefined) return [[arg.name, arg.value]];
    return arg.splat === "**" && arg.value instanceof Name ? added(arg.value.name, around(call)) : [];
  });
  const keywords = Object.fromEntries(named.map(([key, value]) => [key, inference.of(value)]));
  const lent = placed.flatMap((arg, place) => {
    const found = lentAround(call, arg.text, inference);
    return found ? [{ place, ...found }] : [];
  });
  return { args, keywords, lent };
}

/** `kwargs["session"] = s`, `kwargs.setdefault("session", s)`, `kwargs.update(session=s)`, `kwargs = dict(kwargs, session=s)` */
function added(options: string, body: Node | undefined): (readonly [string, Expr])[] {
  const found: (readonly [string, Expr])[] = [];
  const pending: Node[] = body ? [body] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    pending.push(...node.children);
    const [target, value] = node.children;
    if (node.type === "assignment" && target?.type === "subscript" && value) {
      const [object, key] = target.children;
      if (object?.text === options && key instanceof Str && key.value !== undefined) found.push([key.value, value]);
    } else if (node instanceof Call && node.callee instanceof Attribute && node.callee.object.text === options) {
      const [first, second] = node.positional;
      if (node.callee.name === "setdefault" && first instanceof Str && first.value !== undefined && second) {
        found.push([first.value, second]);
      } else if (node.callee.name === "update") {
        if (first) found.push(...entriesOf(first));
        for (const { name, value: each } of node.args) if (name !== undefined) found.push([name, each]);
      }
    }
  }
  return found;
}

/** What is known agrees; a call that hands on what it was given itself says nothing. */
function agreed(answers: readonly (Inferred | undefined)[]): Inferred {
  const known = answers.filter((each): each is Inferred => each !== undefined && each.type.kind !== "unknown");
  return known.length === 0 ? nothing : union(known);
}

const around = (node: Node): Node | undefined => node.around((outer) => outer instanceof FunctionDef);

/** The calls in a function: they are in the order in which they begin. */
function within(calls: readonly Call[], { start, end }: FunctionDef): readonly Call[] {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.start ?? end) < start) low = middle + 1;
    else high = middle;
  }
  const found: Call[] = [];
  for (let at = low; at < calls.length; at++) {
    const call = calls[at];
    if (!call || call.start >= end) break;
    found.push(call);
  }
  return found;
}
