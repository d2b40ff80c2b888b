import { isSubclass } from "../knowledge/index.ts";
import { Attribute, ImportFrom, Name, type Node } from "../syntax/index.ts";
import { extended } from "./imports.ts";
import type { Inference } from "./infer.ts";
import { apiAncestor } from "./lineage.ts";
import type { DatabaseAnswer } from "./resolver.ts";
import { type Scope, scopeAt } from "./scopes.ts";
import type { Inferred } from "./type.ts";

/**
 * How to write the Flask-SQLAlchemy object whose Session a model's own `query` asks, where `query` stands: a name that is
 * in sight there; beside the model in a module that is; or added to the import that brings the model, where the module
 * behind it has the object too. That last one imports no module that was not imported, and the object is there when the
 * model is, since the model's base is made by it.
 */
export class Databases {
  readonly #inference: Inference;
  readonly #named = new Map<Scope, readonly string[]>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  for(query: Attribute): DatabaseAnswer | undefined {
    const found = this.#api(this.#inference.of(query));
    if (!found?.startsWith("flask_sqlalchemy.")) return undefined;
    return this.#inSight(query) ?? this.#besideModel(query) ?? this.#imported(query);
  }

  #inSight(at: Node): DatabaseAnswer | undefined {
    const start = scopeAt(this.#inference.bound.module, at.start);
    for (let scope: Scope | undefined = start; scope; scope = scope.parent) {
      if (scope.kind === "class" && scope !== start) continue;
      for (const name of this.#namesIn(scope)) {
        if (this.#inference.scopeOf(name, at.start) !== scope) continue;
        const { certainty, because } = this.#inference.lookup(name, at.start);
        return { text: name, edits: [], certainty, because };
      }
    }
    const { certainty, because, ...starred } = this.#inference.lookup(usual, at.start);
    const isStarred = this.#inference.scopeOf(usual, at.start) === undefined && certainty === "certain";
    return isStarred && this.#isDatabase({ ...starred, certainty, because })
      ? { text: usual, edits: [], certainty, because }
      : undefined;
  }

  /** `models.db` beside `models.Author`. */
  #besideModel(query: Attribute): DatabaseAnswer | undefined {
    const model = query.object;
    if (!(model instanceof Attribute)) return undefined;
    const found = this.#inference.applied({ kind: "attribute", name: usual }, this.#inference.of(model.object));
    if (found.certainty !== "certain" || !this.#isDatabase(found)) return undefined;
    return { text: `${model.object.text}.${usual}`, edits: [], certainty: found.certainty, because: found.because };
  }

  #imported(query: Attribute): DatabaseAnswer | undefined {
    const { file, world } = this.#inference;
    const model = query.object;
    if (!(model instanceof Name) || this.#inference.scopeOf(usual, query.start)) return undefined;
    const scope = this.#inference.scopeOf(model.name, query.start);
    const [definition, ...others] = scope?.names.get(model.name) ?? [];
    const statement = definition?.kind === "import" ? definition.node : undefined;
    if (!(statement instanceof ImportFrom) || others.length > 0 || !runsAlways(statement)) return undefined;
    const { module } = statement;
    const found = world.reduce({ kind: "reference", from: file.uri, module, name: usual });
    if (found?.certainty !== "certain" || !this.#isDatabase(found)) return undefined;
    const edits = [extended(statement, usual, file)];
    return { text: usual, edits, module, certainty: found.certainty, because: found.because };
  }

  /** The likely name first: every other answer becomes a reason that the user sees. */
  #namesIn(scope: Scope): readonly string[] {
    let found = this.#named.get(scope);
    if (!found) {
      const all = [...scope.names.keys()].sort((a, b) => Number(b === usual) - Number(a === usual));
      const end = scope.node?.end ?? this.#inference.file.text.length;
      const first = all.find((name) => this.#isDatabase(this.#inference.lookup(name, end)));
      found = first === undefined ? [] : [first];
      this.#named.set(scope, found);
    }
    return found;
  }

  #isDatabase(found: Inferred): boolean {
    const api = this.#api(found);
    return api !== undefined && isSubclass(api, "flask_sqlalchemy.SQLAlchemy");
  }

  #api({ type }: Inferred): string | undefined {
    const settled = this.#inference.world.settle(type);
    return settled.kind === "instance" ? apiAncestor(settled.id, this.#inference.world) : undefined;
  }
}

/** What nearly everyone calls it. */
const usual = "db";

/** Whether a statement stands in the module or a function itself, in no branch. */
function runsAlways(statement: Node): boolean {
  const block = statement.parent;
  return block === undefined || (block.type === "block" && block.parent?.type === "function_definition");
}
