import { isSubclass } from "../knowledge/index.ts";
import { type Call, Name, Str } from "../syntax/index.ts";
import type { World } from "./facts.ts";
import type { Inference } from "./infer.ts";
import { apiAncestor } from "./lineage.ts";
import { type Type, unknown } from "./type.ts";

/** What makes a Query of the project do more than its chain says. */
export type QueryHook = "before_compile listener" | "query class";

/** A call that may be one, as far as its own file tells. */
export interface PossibleHook {
  readonly hook: QueryHook;
  /** What is called, and of a listener what it listens to. */
  readonly by: Type;
  readonly on: Type;
}

/** Whether a text can hold one: read before it is parsed. */
export const mayHook = (text: string): boolean => /\bbefore_compile\b|\bquery_cl(?:s|ass)\s*=/.test(text);

export function possibleHooksIn(inference: Inference): readonly PossibleHook[] {
  const { file, bound } = inference;
  if (!mayHook(file.text)) return [];
  const found = (call: Call, hook: QueryHook): PossibleHook => {
    const [first] = call.positional;
    return { hook, by: inference.of(call.callee).type, on: first ? inference.of(first).type : unknown };
  };
  const listening = ["listens_for", "listen"].flatMap((name) => bound.callsNamed(name));
  const listeners = listening.filter(({ positional }) =>
    positional.some((arg) => arg instanceof Str && arg.value === "before_compile"),
  );
  const makers = bound.calls.filter((call) => {
    const chosen = call.keyword("query_cls") ?? call.keyword("query_class");
    return chosen && !(chosen instanceof Name && chosen.name === "Query");
  });
  return [
    ...listeners.map((call) => found(call, "before_compile listener")),
    ...makers.map((call) => found(call, "query class")),
  ];
}

/** Which of them are SQLAlchemy's, or what wraps it. */
export function hooksAmong(possible: readonly PossibleHook[], world: World): readonly QueryHook[] {
  return possible.flatMap(({ hook, by, on }) => {
    const isOurs = hook === "query class" ? isApi(world.settle(by)) : isQuery(world.settle(on), world);
    return isOurs ? [hook] : [];
  });
}

const isQuery = (type: Type, world: World): boolean =>
  type.kind === "class" && isSubclass(apiAncestor(type.id, world) ?? "", "sqlalchemy.orm.Query");

const isApi = (type: Type): boolean => type.kind === "api" || (type.kind === "class" && "api" in type.id);
