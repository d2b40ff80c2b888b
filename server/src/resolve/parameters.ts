import { Attribute, type Call, ClassDef, type Expr, FunctionDef, type Lambda, Name } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { Callbacks } from "./callbacks.ts";
import { conventionalName } from "./conventions.ts";
import { certaintyBehind, fixtureName, isFixture } from "./decorators.ts";
import { qualifiedFunction } from "./definitions.ts";
import { fixtures, fixtureValue } from "./fixtures.ts";
import { given, givenName, isTest } from "./given.ts";
import type { Inference } from "./infer.ts";
import { injected } from "./injection.ts";
import type { Definition } from "./scopes.ts";
import { certain, type Inferred, nothing, type Type } from "./type.ts";
import { weakest } from "./value.ts";

type Parameter = Extract<Definition, { kind: "parameter" }>;

/** What the parameters of the functions of one file are given. */
export class Parameters {
  readonly #inference: Inference;
  readonly #callbacks: Callbacks;
  /** What methods that may be SQLAlchemy's are called on, by its last name. */
  #receivers: ReadonlySet<string> | undefined;
  #fixtures: ReadonlyMap<string, readonly FunctionDef[]> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
    this.#callbacks = new Callbacks(inference);
  }

  /** By its annotation, by who calls it, by its default. */
  of({ owner, parameter, index }: Parameter): Inferred {
    if (parameter.splat !== "") return nothing;
    if (parameter.annotation && !isAny(parameter.annotation)) {
      const said = annotated(parameter.annotation, this.#inference);
      if (said.type.kind !== "unknown") return said;
    }
    const bound = owner instanceof FunctionDef && !isStatic(owner) ? classAround(owner) : undefined;
    if (bound && index === 0 && owner instanceof FunctionDef) return this.#self(owner, bound);
    const fromOutside = this.#callbacks.given(owner, bound ? index - 1 : index);
    if (fromOutside.type.kind !== "unknown") return fromOutside;
    const otherwise = (): Inferred => this.#else(owner, parameter, index, bound);
    // An annotation that is not understood tells at least that it is nothing of ours.
    const isOpen = !parameter.annotation || isAny(parameter.annotation);
    return isOpen && owner instanceof FunctionDef && owner.decorators.length > 0 && !isRunByPytest(owner)
      ? injected(owner, { parameter: parameter.name.name, place: index }, this.#inference, otherwise)
      : otherwise();
  }

  #else(
    owner: FunctionDef | Lambda,
    parameter: Parameter["parameter"],
    index: number,
    bound: ClassDef | undefined,
  ): Inferred {
    // That it may be left out says nothing of what it is when it is not.
    if (parameter.value && parameter.value.type !== "none") return this.#inference.of(parameter.value);
    return this.#handed(owner, parameter, index, bound);
  }

  /** What all callers of the workspace hand over; asked only where it looks like a matter of SQLAlchemy's. */
  #handed(
    owner: FunctionDef | Lambda,
    { name, annotation }: Parameter["parameter"],
    index: number,
    bound: ClassDef | undefined,
  ): Inferred {
    if (!(owner instanceof FunctionDef) || (annotation && !isAny(annotation))) return nothing;
    const isTested = isFixture(owner) || (isRunByPytest(owner) && isTest(this.#inference.file.uri));
    if (isTested || !this.#concerned(name.name, bound)) return nothing;
    const place = owner.params.slice(0, index).some(({ splat }) => splat !== "") ? -1 : index;
    const of = { function: qualifiedFunction(owner), parameter: name.name, place, bound: howBound(owner, bound) };
    const { file, world } = this.#inference;
    const asked: Type = { kind: "reference", from: file.uri, module: given, name: givenName(of) };
    const found = world.linked ? (world.reduce(asked) ?? nothing) : certain(asked);
    return found.type.kind === "unknown"
      ? nothing
      : { ...found, certainty: weakest(found.certainty, certaintyBehind(owner, this.#inference)) };
  }

  #concerned(name: string, owner: ClassDef | undefined): boolean {
    this.#receivers ??= receiversIn(this.#inference.bound.calls);
    if (speaking.test(name) || this.#receivers.has(name)) return true;
    const kept = owner && this.#inference.bound.selfAttributes.get(owner);
    for (const [attribute, definitions] of kept ?? []) {
      const from = definitions.some((each) => each.kind === "value" && each.value.text === name);
      if (from && (this.#receivers.has(attribute) || speaking.test(attribute))) return true;
    }
    return false;
  }

  /** A parameter that nothing of the file itself explains: a fixture's value, else what its name means. */
  unexplained(name: string, definitions: readonly Definition[]): Inferred {
    const [definition] = definitions;
    if (definition?.kind !== "parameter") return nothing;
    if (definition.owner instanceof FunctionDef) {
      const given = this.#fixture(name, definition.owner);
      if (given.type.kind !== "unknown") return given;
    }
    const { annotation, splat } = definition.parameter;
    // An annotation that is not understood tells at least that it is nothing of ours.
    const open = splat === "" && (!annotation || isAny(annotation));
    return open && this.#inference.conventions ? conventionalName(name, nothing) : nothing;
  }

  #self(method: FunctionDef, owner: ClassDef): Inferred {
    const { uri, name } = this.#inference.classOf(owner);
    return certain({ kind: isOfClass(method) ? "class" : "instance", id: { uri, name, self: true } });
  }

  /** What pytest hands to a test or a fixture: the fixture of the parameter's name, of this file or a conftest above it. */
  #fixture(name: string, owner: FunctionDef): Inferred {
    if (!isRunByPytest(owner)) return nothing;
    const local = this.#localFixtures()
      .get(name)
      ?.find((each) => each !== owner);
    if (local) return fixtureValue(this.#inference.functionOf(local));
    const { file, world } = this.#inference;
    if (!world.linked) return certain({ kind: "reference", from: file.uri, module: fixtures, name });
    const found = world.fixture(file.uri, name);
    return found ? fixtureValue(found) : nothing;
  }

  #localFixtures(): ReadonlyMap<string, readonly FunctionDef[]> {
    if (!this.#fixtures) {
      const found = new Map<string, FunctionDef[]>();
      for (const node of this.#inference.bound.functions) {
        if (!isFixture(node)) continue;
        const known = found.get(fixtureName(node));
        if (known) known.push(node);
        else found.set(fixtureName(node), [node]);
      }
      this.#fixtures = found;
    }
    return this.#fixtures;
  }
}

/** pytest hands fixtures to it. */
const isRunByPytest = (owner: FunctionDef): boolean => isFixture(owner) || owner.name.startsWith("test");

function howBound(method: FunctionDef, owner: ClassDef | undefined): "self" | "cls" | "" {
  if (!owner) return "";
  return isOfClass(method) ? "cls" : "self";
}

const isOfClass = (method: FunctionDef): boolean =>
  method.decorators.some((each) => each.text === "classmethod") || method.name === "__new__";

function receiversIn(calls: readonly Call[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { callee } of calls) {
    if (!(callee instanceof Attribute) || !asked.has(callee.name)) continue;
    const { object } = callee;
    if (object instanceof Attribute || object instanceof Name) found.add(object.name);
  }
  return found;
}

/** What is asked of sessions, connections, engines and queries, and seldom of others. */
const asked = new Set(
  `query execute scalars scalar stream stream_scalars add add_all merge commit rollback flush refresh expunge delete
  begin begin_nested connect filter filter_by where order_by join outerjoin options first one one_or_none all select`.split(
    /\s+/,
  ),
);

const speaking =
  /(^|_)(db|database|session|sess|conn|connection|engine|bind|query|stmt|statement|table)(_?(factory|maker))?$/i;

const isAny = (annotation: Expr): boolean => /(^|\.)Any$/.test(annotation.text);

const isStatic = (node: FunctionDef): boolean => node.decorators.some((each) => each.text === "staticmethod");

/** The class whose body a function stands in. */
function classAround(node: FunctionDef): ClassDef | undefined {
  const around = node.parent?.type === "decorated_definition" ? node.parent.parent : node.parent;
  const inside = around?.type === "block" ? around.parent : undefined;
  return inside instanceof ClassDef ? inside : undefined;
}
