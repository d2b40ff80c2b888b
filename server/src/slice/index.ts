/** Cuts one line out of a program: a self-contained program of SQLAlchemy's names alone, which prints the line's SQL. */
import type { FileResolver } from "../resolve/index.ts";
import { Attribute, Call, type Expr, type SourceFile } from "../syntax/index.ts";
import { breakable, Expressions } from "./expressions.ts";
import { constantText } from "./kinds.ts";
import { laidOut } from "./layout.ts";
import { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { type Target, targetAt } from "./target.ts";
import { api, literal } from "./tokens.ts";
import type { Workspace } from "./workspace.ts";

export type { Workspace } from "./workspace.ts";

/** A program in two parts, and what is to be known of it; or why there is none. Plain data. */
export type Slice =
  | {
      readonly kind: "program";
      /** Imports, models and tables, and the function that shows SQL. */
      readonly setup: string;
      /** The person's own statement. */
      readonly code: string;
      /** "postgresql" where the statement is made for it; "default" is SQLAlchemy's own, for no database in particular. */
      readonly dialect: string;
      /** What only the person's program knows, by the name of the parameter that stands for it. */
      readonly parameters: readonly { readonly name: string; readonly text: string }[];
      /** What was left out, one sentence each. */
      readonly notes: readonly string[];
    }
  | { readonly kind: "refused"; readonly why: string };

/** The slice for the statement at a UTF-16 offset; `undefined` where there is no statement. */
export function sliceAt(
  file: SourceFile,
  resolver: FileResolver,
  offset: number,
  workspace: Workspace,
): Slice | undefined {
  const target = targetAt(file, resolver, offset);
  if (!target) return undefined;
  try {
    return sliced(target, resolver, workspace);
  } catch (error) {
    if (error instanceof Refused) return { kind: "refused", why: error.why };
    throw error;
  }
}

function sliced(target: Target, resolver: FileResolver, workspace: Workspace): Slice {
  const program = new Program(workspace, isWrite(target, resolver));
  const line = lineOf(target, resolver, program);
  const finished = program.finish(showing(program), [line]);
  const dialect = dialectOf(finished.apis);
  const { definitions, tail, lines, parameters } = { ...finished, parameters: program.parameters };
  const imports = dialect === "default" ? [] : [`from sqlalchemy.dialects import ${dialect}`];
  const head = [...finished.imports, ...imports];
  const compiled = dialect === "default" ? "" : `dialect=${dialect}.dialect()`;
  const setup = [[...new Set(head)].sort().join("\n"), ...definitions, ...tail]
    .join("\n\n\n")
    .replaceAll(dialectHole, compiled);
  return {
    kind: "program",
    setup: `${laidOut(setup)}\n`,
    code: `${laidOut(lines.join("\n"))}\n`,
    dialect,
    parameters,
    notes: program.notes,
  };
}

function lineOf(target: Target, resolver: FileResolver, program: Program): string {
  const expressions = new Expressions(resolver, program);
  switch (target.kind) {
    case "statement":
      return `show(${expressions.clause(target.expr)})`;
    case "model": {
      const { uri, name } = resolver.inference.classOf(target.node);
      return `show(${api("sqlalchemy.select")}(${program.model({ uri, name })}))`;
    }
    case "asks": {
      const asked = target.ends
        ? askedOf(target.expr, expressions, program, resolver)
        : expressions.clause(target.expr);
      return `${asked}${target.ends ? "" : ".all()"}`;
    }
  }
}

function isWrite(target: Target, resolver: FileResolver): boolean {
  if (target.kind === "model") return false;
  const { expr } = target;
  const method = expr instanceof Call && expr.callee instanceof Attribute ? expr.callee.name : "";
  return method === "update" || /\.(Insert|Update)$/.test(resolver.valueOf(expr).of);
}

/** What ends a query, in SQLAlchemy's own words where a library has others. */
function askedOf(expr: Expr, expressions: Expressions, program: Program, resolver: FileResolver): string {
  if (!(expr instanceof Call) || !(expr.callee instanceof Attribute)) return expressions.clause(expr);
  const { callee } = expr;
  if (/\.(Session|AsyncSession)\.get/.test(resolver.nameOf(callee) ?? "")) {
    const [entity, key] = expr.positional;
    if (!entity || !key) throw new Refused(`The key of ${quoted(expr.text)} only shows when your program runs.`);
    return `${program.session()}.get(${expressions.clause(entity)}, ${keyText(key, program)})`;
  }
  const query = expressions.clause(callee.object);
  if (callee.name === "paginate") {
    program.note("A page is a LIMIT and an OFFSET; a second statement counts all rows.");
    const limit = program.parameter("per_page");
    const skip = program.parameter("(page - 1) * per_page", "skipped");
    return `${query}${breakable}.limit(${limit})${breakable}.offset(${skip})${breakable}.all()`;
  }
  if (callee.name === "update" || callee.name === "delete")
    return `${query}${breakable}.${callee.name}${written(expr, expressions)}`;
  const method = callee.name.replace(/_or_404$/, "");
  const [key] = expr.positional;
  const given = method === "get" && key ? `(${keyText(key, program)})` : "()";
  return `${query}${breakable}.${method}${given}`;
}

/** A key is looked up among the objects at hand, where no parameter can stand: its own name stands for it. */
function keyText(key: Expr, program: Program): string {
  if (key.type === "tuple") return `(${key.children.map((part) => keyText(part, program)).join(", ")},)`;
  const constant = constantText(key);
  if (constant !== undefined) return constant;
  program.parameter(key.text);
  return literal(program.parameters.find(({ text }) => text === key.text)?.name ?? "key");
}

/** `update({"name": name})`: the dictionary's values are parameters. Which objects of the Session change is no SQL. */
function written(call: Call, expressions: Expressions): string {
  const [values] = call.positional;
  if (!values) return "(synchronize_session=False)";
  if (values.type !== "dictionary") throw new Refused(`What ${quoted(values.text)} holds only shows when it runs.`);
  return `(${expressions.value(values)}, synchronize_session=False)`;
}

/** Where `sliced` puts the dialect, which is known when all names are. */
const dialectHole = "\u0005";

function showing(program: Program): readonly string[] {
  const show = `def show(statement, given=None):
    """Prints SQL, and those of its parameters that have a value; nothing is sent anywhere."""
    compiled = statement.compile(${dialectHole})
    print(compiled)
    unset = {bind.key for bind in compiled.binds.values() if bind.required}
    parameters = {name: value for name, value in compiled.params.items() if name not in unset}
    parameters.update(given or {})
    if parameters:
        print(parameters)`;
  if (!program.hasSession) return [show];
  const own = program.session();
  return [
    show,
    `${own} = ${api("sqlalchemy.orm.Session")}()`,
    `@${api("sqlalchemy.event.listens_for")}(${own}, "do_orm_execute")
def show_instead(asked):
    """Shows what the Session is about to send, and ends the program: there is no database to answer."""
    show(asked.statement, asked.parameters)
    raise SystemExit`,
  ];
}

function dialectOf(apis: readonly string[]): string {
  const found = apis.map((name) => /^sqlalchemy\.dialects\.(\w+)\./.exec(name)?.[1]).find((name) => name !== undefined);
  return found ?? "default";
}
