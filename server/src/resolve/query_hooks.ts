import { isSubclass } from "../knowledge/index.ts";
import { type Call, type Expr, Str } from "../syntax/index.ts";
import type { World } from "./facts.ts";
import type { Inference } from "./infer.ts";
import { apiAncestor } from "./lineage.ts";
import type { Type } from "./type.ts";

/** What makes a Query of the project do more than its chain says. */
export type QueryHook = "before_compile listener" | "query class";

/** A call that may be one, as far as its own file tells. */
export interface PossibleHook {
  readonly hook: QueryHook;
  /** What is called. */
  readonly by: Type;
  /** What a listener listens to; the Query class that is chosen. */
  readonly of: Type;
}

/** Whether a text can hold one: read before it is parsed. */
export const mayHook = (text: string): boolean => /\bbefore_compile\b|\bquery_cl(?:s|ass)\s*=/.test(text);

export function possibleHooksIn(inference: Inference): readonly PossibleHook[] {
  const { file, bound } = inference;
  if (!mayHook(file.text)) return [];
  const found = (hook: QueryHook, call: Call, of: Expr | undefined): readonly PossibleHook[] =>
    of ? [{ hook, by: inference.of(call.callee).type, of: inference.of(of).type }] : [];
  const listening = ["listens_for", "listen"].flatMap((name) => bound.callsNamed(name));
  const listeners = listening.filter(({ positional }) =>
    positional.some((arg) => arg instanceof Str && arg.value === "before_compile"),
  );
  return [
    ...listeners.flatMap((call) => found("before_compile listener", call, call.positional[0])),
    ...bound.calls.flatMap((call) =>
      found("query class", call, call.keyword("query_cls") ?? call.keyword("query_class")),
    ),
  ];
}

/** Which of them are SQLAlchemy's, or what wraps it. */
export function hooksAmong(possible: readonly PossibleHook[], world: World): readonly QueryHook[] {
  return possible.flatMap(({ hook, by, of }) => {
    const what = world.settle(of);
    const isOurs = hook === "query class" ? isApi(world.settle(by)) && !isUsual(what) : isQuery(what, world);
    return isOurs ? [hook] : [];
  });
}

const isQuery = (type: Type, world: World): boolean =>
  type.kind === "class" && isSubclass(apiAncestor(type.id, world) ?? "", "sqlalchemy.orm.Query");

/** No class, or a library's own: what a project chooses besides, or what can't be told, may do more. */
const isUsual = (type: Type): boolean => type.kind === "none" || (type.kind === "class" && "api" in type.id);

const isApi = (type: Type): boolean => type.kind === "api" || (type.kind === "class" && "api" in type.id);
