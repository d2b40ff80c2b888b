import { apiOf } from "../knowledge/index.ts";
import type { FileResolver, ModelRef } from "../resolve/index.ts";
import { Assignment, type ClassDef, type Expr, FunctionDef, Name, type Node, Str } from "../syntax/index.ts";
import { baseOf } from "./bases.ts";
import { columnText } from "./column.ts";
import { identifier } from "./expressions.ts";
import { mappingText } from "./imperative.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { relationshipText } from "./relationship.ts";
import { keysOf, schemaOf } from "./table.ts";
import { api, literal, token } from "./tokens.ts";
import { classAt, type Placed } from "./workspace.ts";

/** A class statement with its mapping alone: table, columns, and of the relationships those that the line needs. */
export function modelOf(ref: ModelRef, program: Program): string {
  const found = classAt(ref, program.workspace);
  if (!found) throw new Refused(`The class ${quoted(ref.name)} is not in the workspace.`);
  return new ModelWriter(found, ref, program).write();
}

class ModelWriter {
  readonly #node: ClassDef;
  readonly #resolver: FileResolver;
  readonly #ref: ModelRef;
  readonly #program: Program;
  readonly #lines: string[] = [];

  constructor({ node, resolver }: Placed<ClassDef>, ref: ModelRef, program: Program) {
    this.#node = node;
    this.#resolver = resolver;
    this.#ref = ref;
    this.#program = program;
  }

  write(): string {
    const node = this.#node;
    const key = `${this.#ref.uri}#${this.#ref.name}`;
    const own = token({ kind: "own", key, name: node.name });
    const bases = node.bases.flatMap((base) => baseOf(base, this.#resolver, this.#program) ?? []);
    const implied = bases.find((base) => base.names !== undefined)?.names;
    const mapping = mappingText(own, this.#ref, this.#resolver, this.#program);
    if (mapping === undefined) {
      this.#lent();
      for (const statement of node.body.children) this.#statement(statement);
    }
    const tableName = implied && this.#impliedName(implied);
    if (tableName !== undefined) this.#lines.unshift(`__tablename__ = ${literal(tableName)}`);
    const heads = bases.map(({ text }) => text);
    const body = this.#lines.length > 0 ? this.#lines : ["pass"];
    const written = [`class ${own}${heads.length > 0 ? `(${heads.join(", ")})` : ""}:`, ...body.map(indented)].join(
      "\n",
    );
    return mapping === undefined ? written : `${written}\n\n\n${mapping}`;
  }

  /** Flask-SQLAlchemy and SQLModel name tables after their classes, where neither the class nor a base says otherwise. */
  #impliedName(names: (name: string) => string): string | undefined {
    const model = this.#resolver.modelOf(this.#node);
    const reading = this.#resolver.readingOf(this.#ref);
    if (!model || model.abstract || reading?.table !== undefined) return undefined;
    if (this.#lines.some((line) => /^__table(name)?__|^\n@/.test(line))) return undefined;
    const columns = this.#inheritsTable() ? (reading?.columns ?? []) : model.columns;
    return columns.some(({ primaryKey }) => primaryKey) ? names(this.#node.name) : undefined;
  }

  /** Whether a base has a table of its own: without a key of its own, the class shares that. */
  #inheritsTable(): boolean {
    return this.#node.bases.some((base) => {
      const ref = this.#resolver.valueOf(base).model;
      const model = ref && this.#resolver.modelOf(ref);
      return model !== undefined && !model.abstract && model.columns.some(({ primaryKey }) => primaryKey);
    });
  }

  /** What bases of other libraries lend the class. */
  #lent(): void {
    const { columns = [], table } = this.#resolver.readingOf(this.#ref) ?? {};
    const lent = columns.filter(({ at }) => this.#node.bases.some(({ start }) => start === at.span.start));
    for (const { attribute, type, primaryKey } of lent) {
      const [name = ""] = type.split("(");
      const typed = apiOf(`sqlalchemy.${name}`) ? [`${api(`sqlalchemy.${name}`)}()`] : [];
      const parts = [...typed, ...(primaryKey ? ["primary_key=True"] : [])];
      this.#lines.push(`${identifier(attribute)} = ${api("sqlalchemy.Column")}(${parts.join(", ")})`);
    }
    const isSaid = this.#node.body.children.some(({ text }) => text.startsWith("__tablename__"));
    if (lent.length > 0 && table !== undefined && !isSaid) this.#lines.push(`__tablename__ = ${literal(table)}`);
  }

  #statement(statement: Node): void {
    const inner = statement.type === "expression_statement" ? statement.children[0] : statement;
    if (inner instanceof Assignment && inner.left instanceof Name) {
      this.#attribute(inner.left.name, inner.annotation, inner.right);
    } else if (statement.type === "decorated_definition") this.#computed(statement);
  }

  #attribute(name: string, annotation: Expr | undefined, right: Expr | undefined): void {
    if (name.startsWith("__")) {
      this.#configured(name, right);
      return;
    }
    const column = columnText(name, annotation, right, this.#resolver, this.#program);
    const text = column ?? relationshipText(name, this.#ref, right, this.#resolver, this.#program);
    if (text !== undefined) this.#lines.push(`${identifier(name)}${text}`);
  }

  #configured(name: string, right: Expr | undefined): void {
    if (!right) return;
    if (name === "__tablename__") {
      if (!(right instanceof Str) || right.value === undefined) throw this.#unknownTable();
      this.#lines.push(`__tablename__ = ${literal(right.value)}`);
    } else if (name === "__abstract__") {
      if (right.type === "true") this.#lines.push("__abstract__ = True");
    } else if (name === "__table__") {
      this.#lines.push(`__table__ = ${this.#program.expressions(this.#resolver).clause(right)}`);
    } else if (name === "__table_args__") {
      const parts = [...keysOf(right, this.#resolver), ...schemaOf(right)];
      if (parts.length > 0) this.#lines.push(`__table_args__ = (${parts.join(", ")},)`);
    } else if (name === "__mapper_args__") this.#mapperArguments(right);
  }

  /** What inheritance rests on; everything else of a mapper's is about loading and writing. */
  #mapperArguments(right: Expr): void {
    const kept = right.type !== "dictionary" ? [] : right.children.flatMap((pair) => this.#mapperArgument(pair));
    if (kept.length > 0) this.#lines.push(`__mapper_args__ = {${kept.join(", ")}}`);
  }

  #mapperArgument(pair: Node): readonly string[] {
    const [key, value] = pair.children;
    if (!(key instanceof Str) || !value) return [];
    const name = key.value ?? "";
    if (name === "polymorphic_identity") {
      // An identity that is no constant is a member of an enumeration, as a rule: its name says it to a reader.
      return [`${literal(name)}: ${constantText(value) ?? literal(value.text.slice(value.text.lastIndexOf(".") + 1))}`];
    }
    if (name !== "polymorphic_on") return [];
    return [`${literal(name)}: ${value instanceof Str ? literal(value.value ?? "") : identifier(value.text)}`];
  }

  /** A `declared_attr` that returns one expression is that expression; a mapping that is computed further is refused. */
  #computed(statement: Node): void {
    const definition = statement.children[statement.children.length - 1];
    if (!(definition instanceof FunctionDef)) return;
    const isDeclared = definition.decorators.some((each) => /\bdeclared_attr\b/.test(each.text));
    if (!isDeclared) return;
    const returned = this.#resolver.inference.bound.results.get(definition)?.returns ?? [];
    const [value] = returned;
    const { name } = definition;
    if (name === "__tablename__") {
      const form = value && tableForms[value.text.replace(/\s/g, "")];
      if (returned.length !== 1 || !form) throw this.#unknownTable();
      this.#lines.push(declared(name, form));
      return;
    }
    if (name.startsWith("__") || returned.length !== 1 || !value) return;
    const column = columnText(name, undefined, value, this.#resolver, this.#program);
    const text = column ?? relationshipText(name, this.#ref, value, this.#resolver, this.#program);
    if (text !== undefined) this.#lines.push(declared(identifier(name), text.replace(/^ = /, "")));
  }

  #unknownTable(): Refused {
    return new Refused(`The name of the table of ${quoted(this.#node.name)} is computed when your program runs.`);
  }
}

/** How mixins name tables after classes, as far as it needs no code of theirs. */
const tableForms: Readonly<Record<string, string>> = {
  "cls.__name__": "cls.__name__",
  "cls.__name__.lower()": "cls.__name__.lower()",
  'cls.__name__.lower()+"s"': 'cls.__name__.lower() + "s"',
  "cls.__name__.lower()+'s'": 'cls.__name__.lower() + "s"',
  'f"{cls.__name__.lower()}s"': 'cls.__name__.lower() + "s"',
};

const declared = (name: string, value: string): string =>
  `\n@${api("sqlalchemy.orm.declared_attr")}\ndef ${name}(cls):\n    return ${value}`;

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");
