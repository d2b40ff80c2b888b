import { Attribute, Name } from "../syntax/index.ts";
import { union } from "./answers.ts";
import type { ClassFacts } from "./facts.ts";
import type { Inference } from "./infer.ts";
import type { Definition } from "./scopes.ts";
import { type Inferred, nothing } from "./type.ts";
import { weakest } from "./value.ts";

/** What the file itself puts on objects of others: `g.db = Session()`, `request.dbsession = factory()`. */
export class Placed {
  readonly #inference: Inference;
  readonly #busy = new Set<string>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Certain on the same variable; likely on a parameter of the same name, which may be another object. */
  of(link: Attribute): Inferred {
    const { attributes } = this.#inference.bound;
    if (attributes.size === 0) return nothing;
    const text = link.text.replace(/\s/g, "");
    const definitions = attributes.get(text);
    if (!definitions || this.#busy.has(text)) return nothing;
    this.#busy.add(text);
    try {
      return this.#found(rootOf(link), definitions);
    } finally {
      this.#busy.delete(text);
    }
  }

  /** Members that are put on what a name of the module stands for; `undefined` where there are none. */
  on(name: string): ClassFacts | undefined {
    const { attributes } = this.#inference.bound;
    const [first] = [...attributes].flatMap(([text, found]) => (text.startsWith(`${name}.`) ? found : []));
    if (!first) return undefined;
    const { file } = this.#inference;
    return {
      uri: file.uri,
      name,
      line: file.lineOf(first.node.start) + 1,
      bases: [],
      member: (each) => {
        const definitions = attributes.get(`${name}.${each}`);
        return definitions && union(definitions.map((definition) => this.#inference.defined(definition)));
      },
    };
  }

  #found(root: Name | undefined, definitions: readonly Definition[]): Inferred {
    if (!root) return nothing;
    const scope = this.#inference.scopeOf(root.name, root.start);
    const answers = definitions.flatMap((definition) => {
      const there = this.#inference.scopeOf(root.name, definition.node.start);
      const same = there === scope;
      const handed = [there, scope].every((each) => each?.names.get(root.name)?.[0]?.kind === "parameter");
      if (!same && !handed) return [];
      const found = this.#inference.defined(definition);
      return [same ? found : { ...found, certainty: weakest(found.certainty, "likely") }];
    });
    return answers.length === 0 ? nothing : union(answers);
  }
}

function rootOf(link: Attribute): Name | undefined {
  let at = link.object;
  while (at instanceof Attribute) at = at.object;
  return at instanceof Name ? at : undefined;
}
