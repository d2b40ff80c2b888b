import { ClassDef, type Expr, FunctionDef } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { Callbacks } from "./callbacks.ts";
import { conventionalName } from "./conventions.ts";
import { fixtureName, isFixture } from "./decorators.ts";
import type { Inference } from "./infer.ts";
import type { Definition } from "./scopes.ts";
import { certain, type Inferred, nothing, type Type } from "./type.ts";

type Parameter = Extract<Definition, { kind: "parameter" }>;

/** What the parameters of the functions of one file are given. */
export class Parameters {
  readonly #inference: Inference;
  readonly #callbacks: Callbacks;
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
    const given = this.#callbacks.given(owner, bound ? index - 1 : index);
    if (given.type.kind !== "unknown") return given;
    // That it may be left out says nothing of what it is when it is not.
    return parameter.value && parameter.value.type !== "none" ? this.#inference.of(parameter.value) : nothing;
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
    const ofClass = method.decorators.some((each) => each.text === "classmethod") || method.name === "__new__";
    return certain({ kind: ofClass ? "class" : "instance", id: { uri, name } });
  }

  /** What pytest hands to a test or a fixture: the fixture of the parameter's name, of this file or a conftest above it. */
  #fixture(name: string, owner: FunctionDef): Inferred {
    if (!isFixture(owner) && !owner.name.startsWith("test")) return nothing;
    const local = this.#localFixtures()
      .get(name)
      ?.find((each) => each !== owner);
    const found = local
      ? this.#inference.functionOf(local)
      : this.#inference.world.fixture(this.#inference.file.uri, name);
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

/** pytest runs a fixture, takes the first value of a generator, and awaits where it must. */
function fixtureValue({ type }: Inferred): Inferred {
  if (type.kind !== "function") return nothing;
  const { result } = type;
  const given: Type = result.type;
  return given.kind === "box" && ["iter", "aiter", "await"].includes(given.box)
    ? { ...result, type: given.of }
    : result;
}

const isAny = (annotation: Expr): boolean => /(^|\.)Any$/.test(annotation.text);

const isStatic = (node: FunctionDef): boolean => node.decorators.some((each) => each.text === "staticmethod");

/** The class whose body a function stands in. */
function classAround(node: FunctionDef): ClassDef | undefined {
  const around = node.parent?.type === "decorated_definition" ? node.parent.parent : node.parent;
  const inside = around?.type === "block" ? around.parent : undefined;
  return inside instanceof ClassDef ? inside : undefined;
}
