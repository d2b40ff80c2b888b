import { isSubclass } from "../knowledge/index.ts";
import {
  certain,
  type Inferred,
  instanceOf,
  isAgain,
  nothing,
  type Operation,
  sameClass,
  sameType,
  type Type,
} from "./type.ts";
import { type Evidence, weakest } from "./value.ts";

/** The answer of a later step, resting on the reasons of the earlier. */
export function follow(earlier: Inferred, later: Inferred): Inferred {
  if (later.type.kind === "unknown") return isAgain(later) ? later : nothing;
  if (earlier.certainty === "certain" && earlier.because.length === 0) return later;
  return {
    type: later.type,
    certainty: weakest(earlier.certainty, later.certainty),
    because: merged(earlier.because, later.because),
  };
}

/** One answer from several possible ones: equal answers stay certain, a disagreement makes the best one likely. */
export function union(all: readonly Inferred[]): Inferred {
  const fresh = all.filter((answer) => !isAgain(answer));
  const answers = fresh.length > 0 ? fresh : all;
  const [only] = answers;
  if (only && answers.length === 1) return only;
  const told = answers.filter((answer) => answer.type.kind !== "none");
  const known = told.filter((answer) => answer.type.kind !== "unknown" && answer.type.kind !== "plain");
  // A value says more than a name does.
  const first = known.find(({ certainty }) => certainty === "certain") ?? known[0];
  if (!first) return told[0] ?? answers[0] ?? nothing;
  const others = known.filter((answer) => answer !== first);
  const because = others.reduce((all, other) => merged(all, other.because), first.because);
  const certainty = known.map((answer) => answer.certainty).reduce(weakest);
  const differ = others.some((other) => !sameType(other.type, first.type));
  if (differ && known.some(({ type }) => isSymbol(type))) {
    const rest = told.filter((answer) => answer !== first);
    return { ...first, type: { kind: "deferred", operation: { kind: "either", others: rest }, of: first.type } };
  }
  const common = known.length === told.length ? others.reduce(joined, first.type) : undefined;
  return { type: common ?? first.type, certainty: common ? certainty : weakest(certainty, "likely"), because };
}

/** What may have been left out, or what takes its place then: `session or Session()`. */
export function defaulted(name: string, one: Inferred, others: readonly Inferred[]): Inferred {
  if (!namesSession.test(name)) return union([one, ...others]);
  if ([one, ...others].some(({ type }) => isSymbol(type))) {
    const operation: Operation = { kind: "either", others: [one, ...others], instead: name };
    return certain({ kind: "deferred", operation, of: one.type });
  }
  return maybeSession(one) && others.every(isSession) ? union(others) : union([one, ...others]);
}

/** What is named `engine` or `db` may be several things all the same. */
const namesSession = /^(db_)?session$/;

/** Nothing tells for certain that it is anything else. */
const maybeSession = (found: Inferred): boolean =>
  found.certainty !== "certain" && (found.type.kind === "unknown" || isSession({ ...found, certainty: "certain" }));

const isSession = ({ type, certainty }: Inferred): boolean =>
  certainty === "certain" &&
  type.kind === "instance" &&
  "api" in type.id &&
  isSubclass(type.id.api, "sqlalchemy.orm.Session");

/** What two types have in common: two queries for different entities are a query at any rate. */
function joined(a: Type | undefined, { type: b }: Inferred): Type | undefined {
  if (!a || sameType(a, b)) return a;
  // What may be missing is one of the others then.
  if (a.kind === "box" && a.box === "optional") return joined(a.of, certain(b));
  if (b.kind === "box" && b.box === "optional") return joined(a, certain(b.of));
  if (a.kind === "api" && b.kind === "api" && a.name === b.name) {
    const self = a.self && b.self && joined(a.self, certain(b.self));
    return self ? { kind: "api", name: a.name, self } : { kind: "api", name: a.name };
  }
  if (a.kind === "function" && b.kind === "function") {
    const type = a.property === b.property ? joined(a.result.type, b.result) : undefined;
    const certainty = weakest(a.result.certainty, b.result.certainty);
    return type && { kind: "function", result: { ...a.result, type, certainty }, property: a.property };
  }
  if (a.kind !== "instance" || b.kind !== "instance") return undefined;
  if (sameClass(a.id, b.id)) return { kind: "instance", id: b.id };
  if (!("api" in a.id) || !("api" in b.id)) return undefined;
  const maker = makers.get(a.id.api);
  if (maker && maker === makers.get(b.id.api)) return instanceOf(`${maker}maker`, instanceOf(sessions[maker]));
  const api = general(a.id.api, b.id.api);
  return api === undefined ? undefined : instanceOf(api);
}

const sessions = {
  "sqlalchemy.orm.session": "sqlalchemy.orm.Session",
  "sqlalchemy.ext.asyncio.async_session": "sqlalchemy.ext.asyncio.AsyncSession",
} as const;

/** What is called for a session, be it a factory or a registry. */
const makers: ReadonlyMap<string, keyof typeof sessions> = new Map([
  ["sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.session"],
  ["sqlalchemy.orm.scoped_session", "sqlalchemy.orm.session"],
  ["sqlalchemy.ext.asyncio.async_sessionmaker", "sqlalchemy.ext.asyncio.async_session"],
  ["sqlalchemy.ext.asyncio.async_scoped_session", "sqlalchemy.ext.asyncio.async_session"],
]);

/** Of two classes of the table the one that the other is, or stands for, as a registry stands for its session. */
function general(a: string, b: string): string | undefined {
  const [one, other] = [a, b].map((api) => (Object.hasOwn(standsFor, api) ? (standsFor[api] ?? api) : api));
  if (one === undefined || other === undefined) return undefined;
  if (isSubclass(one, other)) return other;
  return isSubclass(other, one) ? one : undefined;
}

const standsFor: Readonly<Record<string, string>> = {
  "sqlalchemy.orm.scoped_session": "sqlalchemy.orm.Session",
  "sqlalchemy.ext.asyncio.async_scoped_session": "sqlalchemy.ext.asyncio.AsyncSession",
};

/** What only other files can tell. */
export const isSymbol = ({ kind }: Type): boolean => kind === "reference" || kind === "deferred";

const most = 4;

function merged(a: readonly Evidence[], b: readonly Evidence[]): readonly Evidence[] {
  if (b.length === 0 || a.length >= most) return a;
  if (a.length === 0) return b;
  const all = [...a];
  for (const reason of b) {
    if (all.length === most) break;
    if (!all.some((known) => known.text === reason.text && known.at?.uri === reason.at?.uri)) all.push(reason);
  }
  return all;
}
