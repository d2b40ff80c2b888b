import { Attribute, Call, type Expr, type FunctionDef, Name } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Certainty } from "./value.ts";

/** What the decorators of a function make of it, as far as it concerns what a call gives. */
export interface Decorated {
  /** Reading it already calls it; a hybrid property's function does SQL when it is read on the class. */
  readonly property: boolean | "hybrid";
  /** The block that it manages, for a generator. */
  readonly managed: "cm" | "acm" | undefined;
  /** `functools.wraps`: the function stands for the one it wraps. */
  readonly wraps: boolean;
}

export function decoratedAs(node: FunctionDef): Decorated {
  const names = node.decorators.map(lastName);
  return {
    property: names.includes("hybrid_property") ? "hybrid" : names.some((name) => properties.has(name)),
    managed: names.includes("asynccontextmanager") ? "acm" : names.includes("contextmanager") ? "cm" : undefined,
    wraps: names.includes("wraps"),
  };
}

/** "likely" where a decorator may give something else than the function itself does. */
export const certaintyBehind = (node: FunctionDef, inference: Inference): Certainty =>
  node.decorators.every((each) => leaves(each, inference)) ? "certain" : "likely";

/** `pytest.fixture`, `fixture(scope="session")`, `pytest_asyncio.fixture`. */
export const isFixture = (node: FunctionDef): boolean => node.decorators.some((each) => lastName(each) === "fixture");

/** The name that tests ask for it by. */
export function fixtureName(node: FunctionDef): string {
  const made = node.decorators.find((each) => lastName(each) === "fixture");
  const name = made instanceof Call ? made.keyword("name") : undefined;
  return name ? name.text.replace(/^["']|["']$/g, "") : node.name;
}

export function lastName(decorator: Expr): string {
  const callee = decorator instanceof Call ? decorator.callee : decorator;
  if (callee instanceof Attribute) return callee.name;
  return callee instanceof Name ? callee.name : "";
}

const properties = new Set([
  "property",
  "cached_property",
  "hybrid_property",
  "reify",
  "memoized_property",
  "abstractproperty",
  "getter",
]);

/** Decorators of the standard library and of frameworks that leave what a call gives alone. */
const keeping = new Set([
  ...properties,
  ...["staticmethod", "classmethod", "abstractmethod", "abstractclassmethod", "final", "override", "overload"],
  ...["contextmanager", "asynccontextmanager", "wraps", "lru_cache", "cache", "cached", "fixture", "validates"],
  ...["setter", "deleter", "expression", "hybrid_method", "listens_for", "deprecated", "no_type_check"],
  ...["route", "get", "post", "put", "patch", "delete", "websocket", "middleware", "on_event", "before_request"],
  ...["teardown_request", "teardown_appcontext", "errorhandler", "cli", "inject", "parametrize", "usefixtures"],
  ...["skip", "skipif", "xfail", "inlineCallbacks", "coroutine", "asyncio", "anyio", "atomic", "hookimpl"],
]);

/** Whether a decorator, by its name, calls the function with what it is called with, and hands its answer on. */
export const keeps = (decorator: Expr): boolean => keeping.has(lastName(decorator));

function leaves(decorator: Expr, inference: Inference): boolean {
  if (keeps(decorator)) return true;
  const { type } = inference.of(decorator);
  return type.kind === "function" && type.result.type.kind === "function" && type.result.type.wraps === true;
}
