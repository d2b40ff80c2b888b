import type { FileResolver, ModelRef } from "../resolve/index.ts";
import type { Assignment, Node } from "../syntax/index.ts";
import { assignedClause, definitionOf } from "./definitions.ts";
import { Expressions } from "./expressions.ts";
import { mention } from "./mentions.ts";
import { modelOf } from "./model.ts";
import { quoted, Refused } from "./refused.ts";
import { api, literal, named, token } from "./tokens.ts";
import { modelAt, type Placed, type Workspace } from "./workspace.ts";

/** A program in the making: what has to be defined for the person's line to mean what it means in theirs. */
export class Program {
  readonly workspace: Workspace;
  /** A backref is there only when the mappings are complete. */
  hasBackref = false;
  /** Finished definitions, each after those that it needs. */
  readonly #definitions: string[] = [];
  readonly #variables: string[] = [];
  readonly #known = new Map<string, "begun" | "done">();
  readonly #parameters = new Map<string, string>();
  readonly #notes = new Set<string>();
  readonly #waiting: ModelRef[] = [];
  readonly #used = new Set<string>();
  readonly #prefix: string;
  #hasSession = false;

  /** @param isWrite whether it is an INSERT or UPDATE, which keep the columns' own names for parameters of theirs */
  constructor(workspace: Workspace, isWrite: boolean) {
    this.workspace = workspace;
    this.#prefix = isWrite ? "new_" : "";
  }

  /** A mapped class by its name: its definition follows, since relationships are still to be asked for. */
  model(ref: ModelRef): string {
    const key = keyOf(ref);
    if (!this.#known.has(key) && !this.#waiting.some((each) => keyOf(each) === key)) this.#waiting.push(ref);
    return token({ kind: "own", key, name: shortName(ref.name) });
  }

  /** A class that must be defined ahead of what is being written: a base, the owner of a column in a key. */
  before(ref: ModelRef): string {
    this.#define(keyOf(ref), () => modelOf(ref, this));
    return token({ kind: "own", key: keyOf(ref), name: shortName(ref.name) });
  }

  /** What a module assigns to a name: a table, a base; and, behind the models, an alias or a statement. */
  definition({ node, resolver }: Placed<Assignment>, name: string): string {
    const key = `${resolver.inference.file.uri} ${name}`;
    const own = token({ kind: "own", key, name });
    if (this.#known.get(key) === "done") return own;
    const isLate = !this.#define(key, () => {
      const text = definitionOf({ node, resolver }, this);
      return text === undefined ? "" : `${own} = ${text}`;
    });
    return isLate ? this.variable(key, name, 0, () => assignedClause({ node, resolver }, this)) : own;
  }

  /** Defines once what `write` writes, under a key of its own. */
  support(key: string, name: string, write: (own: string) => string): string {
    const own = token({ kind: "own", key, name });
    this.#define(key, () => write(own));
    return own;
  }

  /** One assignment to a local variable, ahead of the line; `version` tells several to the same variable apart. */
  variable(key: string, name: string, version: number, write: () => string): string {
    const own = token({ kind: "own", key, name });
    const step = `${key} ${version}`;
    if (this.#known.get(step) === "begun") throw new Refused(`${quoted(name)} is defined by itself.`);
    if (!this.#known.has(step)) {
      this.#known.set(step, "begun");
      const written = write();
      this.#variables.push(`${own} = ${written}`);
      this.#known.set(step, "done");
    }
    return own;
  }

  expressions(resolver: FileResolver): Expressions {
    return new Expressions(resolver, this);
  }

  /** A word of a string that SQLAlchemy evaluates. */
  mention(word: string, at: Node, resolver: FileResolver): void {
    mention(word, at, resolver, this);
  }

  session(): string {
    this.#hasSession = true;
    return token({ kind: "own", key: "session", name: "session" });
  }

  get hasSession(): boolean {
    return this.#hasSession;
  }

  /** Tells that an attribute of a model is used. Throws Refused where it is none that a mapping declares. */
  use(ref: ModelRef, attribute: string): void {
    const model = modelAt(ref, this.workspace);
    if (!model || attribute === "__table__") return;
    if (model.columns.some((column) => column.attribute === attribute)) return;
    const relationship = model.relationships.find((each) => each.attribute === attribute);
    if (!relationship) {
      const name = quoted(`${ref.name}.${attribute}`);
      throw new Refused(`${name} is none of the columns and relationships that can be read from the class.`);
    }
    this.#used.add(`${keyOf(ref)} ${attribute}`);
    // By name alone, since the side that declares it may be a base.
    this.#used.add(`* ${attribute}`);
    const { targetModel, backPopulates } = relationship;
    // A backref is declared on the other side.
    if (targetModel && backPopulates) this.#used.add(`* ${backPopulates}`);
    if (targetModel) this.model(targetModel);
  }

  isUsed(attribute: string): boolean {
    return this.#used.has(`* ${attribute}`);
  }

  isRelationship(ref: ModelRef, attribute: string): boolean {
    return modelAt(ref, this.workspace)?.relationships.some((each) => each.attribute === attribute) ?? false;
  }

  /** A bound parameter in the place of what only the person's program knows; the same for the same text. */
  parameter(text: string, wanted: string = parameterName(text)): string {
    let name = this.#parameters.get(text);
    if (name === undefined) {
      const taken = new Set(this.#parameters.values());
      name = this.#prefix + wanted;
      for (let count = 2; taken.has(name); count++) name = `${this.#prefix}${wanted}_${count}`;
      this.#parameters.set(text, name);
    }
    return `${api("sqlalchemy.bindparam")}(${literal(name)})`;
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  /** Parameters by name, with the person's text that each stands for. */
  get parameters(): readonly { readonly name: string; readonly text: string }[] {
    return [...this.#parameters].map(([text, name]) => ({ name, text }));
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Writes what is still waiting, then everything: definitions, variables ahead of the line, and the line's own texts. */
  finish(tail: readonly string[], lines: readonly string[]): Finished {
    for (let ref = this.#waiting.shift(); ref; ref = this.#waiting.shift()) this.before(ref);
    if (this.hasBackref) this.#definitions.push(`${api("sqlalchemy.orm.configure_mappers")}()`);
    const definitions = [...this.#definitions, ...tail];
    const texts = [...definitions, ...this.#variables, ...lines];
    const { texts: written, imports, apis } = named(texts, taken);
    const end = definitions.length;
    return {
      imports,
      apis,
      definitions: written.slice(0, end - tail.length),
      tail: written.slice(end - tail.length, end),
      lines: written.slice(end),
    };
  }

  /** Whether there is a definition now. */
  #define(key: string, write: () => string): boolean {
    const state = this.#known.get(key);
    if (state === "done") return true;
    if (state === "begun" || this.#known.size > mostDefinitions) {
      throw new Refused("The definitions that it needs refer to one another in a circle, or are too many.");
    }
    this.#known.set(key, "begun");
    const text = write();
    if (text === "") this.#known.delete(key);
    else this.#known.set(key, "done");
    if (text !== "") this.#definitions.push(text);
    return text !== "";
  }
}

export interface Finished {
  readonly imports: readonly string[];
  readonly apis: readonly string[];
  readonly definitions: readonly string[];
  readonly tail: readonly string[];
  readonly lines: readonly string[];
}

const mostDefinitions = 200;

/** Names that the program itself needs, and Python's own that a definition must not hide. */
const taken = ["show", "show_instead", "print", "str", "int", "list", "dict", "set", "bool", "float", "bytes"];

const keyOf = ({ uri, name }: ModelRef): string => `${uri}#${name}`;

const shortName = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** "user_id" of `user.user_id`, "q" of `request.args["q"]`. */
function parameterName(text: string): string {
  const names = text.replace(/["']/g, " ").match(/[A-Za-z_]\w*/g) ?? [];
  return (names[names.length - 1] ?? "value").toLowerCase().slice(0, 30);
}
