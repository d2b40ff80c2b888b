import { type Call, type Expr, Lambda, Str } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { union } from "./answers.ts";
import type { Inference } from "./infer.ts";
import { sharedAttribute } from "./shared.ts";
import { attributeName } from "./shared_names.ts";
import { type Box, type Inferred, nothing, type Type } from "./type.ts";

/** What a call gives, where that follows from what is handed to it. */
type Law = (call: Call, inference: Inference) => Inferred;

/**
 * Functions of the standard library and of others that hand on what they are given: the value itself, what calling it
 * gives, what entering it gives. `undefined`: none of them.
 */
export function handedOn(path: string, call: Call, inference: Inference): Inferred | undefined {
  return laws.find(([law]) => law.test(path))?.[1](call, inference);
}

/** The same of Python's built-in functions; the file has no name of its own for it. */
export function givenByBuiltin(name: string, call: Call, inference: Inference): Inferred | undefined {
  return Object.hasOwn(builtins, name) ? builtins[name]?.(call, inference) : undefined;
}

const first: Law = (call, inference) => given(call.positional[0], inference);
const entered = (isAsync: boolean): Law => {
  return (call, inference) => inference.applied({ kind: "enter", isAsync }, first(call, inference));
};
const called: Law = (call, inference) => calling(call.positional[0], inference);
const inBox = (box: Box, of: Law): Law => {
  return (call, inference) => boxed(box, of(call, inference));
};

/** What a thread is given to call, with what it is to call it with, and is awaited. */
const inThread = (place: number): Law =>
  inBox("await", ({ positional, args, hasSplat }, inference) => {
    const callee = positional[place];
    if (callee instanceof Lambda) return inference.of(callee.body);
    const typeOf = (expr: Expr): Type => inference.of(expr).type;
    const named = args.flatMap(({ name, value }) => (name === undefined ? [] : [[name, typeOf(value)] as const]));
    const handed = {
      args: hasSplat ? [] : positional.slice(place + 1).map(typeOf),
      keywords: Object.fromEntries(named),
    };
    return inference.applied({ kind: "call", ...handed }, given(callee, inference));
  });

const laws: readonly (readonly [path: RegExp, law: Law])[] = [
  [/^(typing|typing_extensions)\.cast$/, (call, inference) => said(call.positional[0], inference)],
  [/^(typing|typing_extensions)\.(assert_type|reveal_type)$/, first],
  [/^(typing|typing_extensions)\.TypeVar$/, (call, inference) => bound(call.keyword("bound"), inference)],
  [/^functools\.partial$/, first],
  [/^copy\.(copy|deepcopy)$/, first],
  [/^weakref\.proxy$/, first],
  [/^contextlib\.(closing|nullcontext)$/, inBox("cm", first)],
  [/^contextlib\.aclosing$/, inBox("acm", first)],
  [/^contextlib\.(Async)?ExitStack\(\)(\.__enter__)?\.enter_context$/, entered(false)],
  [/^contextlib\.AsyncExitStack\(\)(\.__enter__)?\.enter_async_context$/, inBox("await", entered(true))],
  [/^asyncio\.(wait_for|shield|create_task|ensure_future)$/, first],
  [/^(asyncio|anyio|trio)\.run$/, (call, inference) => inference.applied({ kind: "await" }, first(call, inference))],
  [
    /^asyncio\.(get_event_loop|new_event_loop|get_running_loop)\(\)\.run_until_complete$/,
    (call, inference) => inference.applied({ kind: "await" }, first(call, inference)),
  ],
  [/^asyncio\.to_thread$|^(anyio|trio)\.to_thread\.run_sync$/, inThread(0)],
  [/^(starlette|fastapi)\.concurrency\.run_in_threadpool$/, inThread(0)],
  [/^asyncio\.(get_event_loop|new_event_loop|get_running_loop)\(\)\.run_in_executor$/, inThread(1)],
  [/^dataclasses\.field$/, (call, inference) => field(call, ["default"], ["default_factory"], inference)],
  [/^attrs?\.(ib|attrib|field)$/, (call, inference) => field(call, ["default"], ["factory"], inference)],
  [/^attrs?\.Factory$/, called],
  [/^werkzeug\.local\.LocalProxy$/, called],
  // Of a session in a proxy that times what it does, its members stay what they are.
  [/^osprofiler\.sqlalchemy\.wrap_session$/, (call, inference) => given(call.positional[1], inference)],
];

const builtins: Readonly<Record<string, Law>> = {
  type: (call, inference) =>
    call.args.length === 1
      ? inference.applied({ kind: "attribute", name: "__class__" }, first(call, inference))
      : nothing,
  next: (call, inference) => inference.applied({ kind: "element", isAsync: false }, first(call, inference)),
  anext: inBox("await", (call, inference) =>
    inference.applied({ kind: "element", isAsync: true }, first(call, inference)),
  ),
  iter: inBox("iter", elementOf),
  list: inBox("list", elementOf),
  sorted: inBox("list", elementOf),
  reversed: inBox("list", elementOf),
  filter: inBox("list", (call, inference) => element(call.positional[1], inference)),
  enumerate: (call, inference) => rows([nothing, elementOf(call, inference)]),
  zip: (call, inference) => rows(call.positional.map((each) => element(each, inference))),
  getattr: attribute,
};

function given(expr: Expr | undefined, inference: Inference): Inferred {
  return expr ? inference.of(expr) : nothing;
}

/** `cast(Session, x)`, `attr.ib(type=Session)` */
function said(annotation: Expr | undefined, inference: Inference): Inferred {
  return annotation ? annotated(annotation, inference) : nothing;
}

/** `TypeVar("S", bound=Session)` names in annotations what it is bound to. */
function bound(to: Expr | undefined, inference: Inference): Inferred {
  const found = said(to, inference);
  const { type } = found;
  return type.kind === "instance" ? { ...found, type: { kind: "class", id: type.id } } : nothing;
}

function calling(factory: Expr | undefined, inference: Inference): Inferred {
  if (factory instanceof Lambda) return inference.of(factory.body);
  return inference.applied({ kind: "call", args: [], keywords: {} }, given(factory, inference));
}

function boxed(box: Box, found: Inferred): Inferred {
  return found.type.kind === "unknown" ? nothing : { ...found, type: { kind: "box", box, of: found.type } };
}

function element(expr: Expr | undefined, inference: Inference): Inferred {
  return inference.applied({ kind: "element", isAsync: false }, given(expr, inference));
}

function elementOf(call: Call, inference: Inference): Inferred {
  return element(call.positional[0], inference);
}

/** A list of tuples. */
function rows(items: readonly Inferred[]): Inferred {
  const [known] = items.filter(({ type }) => type.kind !== "unknown");
  if (!known) return nothing;
  const of: Type = { kind: "tuple", items: items.map(({ type }) => type) };
  return { ...known, type: { kind: "box", box: "list", of } };
}

/** A field of a data class: its type, its default, or what makes it. */
function field(call: Call, values: readonly string[], factories: readonly string[], inference: Inference): Inferred {
  const type = call.keyword("type");
  if (type) return said(type, inference);
  const answers = [
    ...values.map((name) => given(call.keyword(name), inference)),
    ...factories.map((name) => calling(call.keyword(name), inference)),
  ];
  return answers.find((answer) => answer.type.kind !== "unknown" && answer.type.kind !== "none") ?? nothing;
}

/** `getattr(request, "db", None)` */
function attribute(call: Call, inference: Inference): Inferred {
  const [object, name, otherwise] = call.positional;
  if (!object || !(name instanceof Str) || name.value === undefined) return nothing;
  const shared = attributeName(object, name.value);
  const read = inference.applied(
    { kind: "attribute", name: name.value, ...(shared === undefined ? {} : { shared }) },
    inference.of(object),
  );
  const found = read.type.kind === "unknown" ? sharedAttribute(object, name.value, inference) : read;
  return otherwise && found.type.kind !== "unknown" ? union([found, inference.of(otherwise)]) : found;
}
