import type { ApiName } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, type TextEdit } from "../syntax/index.ts";
import { atom, replace } from "./edits.ts";
import type { Effect, Safety, Target } from "./finding.ts";
import { type Example, type Rule, type RuleContext, rule } from "./rule.ts";

/** What a hole of a pattern must be: an instance of the named class, or anything. */
export type Hole = ApiName | "any";

/** A rule without code: `from` becomes `to`, plain Python in which the names listed in `where` are holes. */
export interface RewriteDefinition {
  readonly id: string;
  readonly title: string;
  readonly lesson: string;
  readonly doc: string;
  readonly effects: Readonly<Partial<Record<Target, Effect>>>;
  /** What the outermost call of `from` resolves to. */
  readonly on: ApiName;
  /** A method chain whose root and arguments are holes: `session.query(Entity).get(key)`. */
  readonly from: string;
  readonly to: string;
  readonly where: Readonly<Record<string, Hole>>;
  readonly safety?: Exclude<Safety, "explain">;
  readonly conditions?: readonly string[];
  readonly examples: readonly Example[];
}

/** Throws, when the module loads, on a pattern that is not such a chain or a `to` that loses a hole. */
export function rewrite(definition: RewriteDefinition): Rule {
  const { from, to, where, id, title, lesson, doc, effects, examples } = definition;
  const pattern = parsePattern(from);
  const parts = to
    .split(/\b([A-Za-z_]\w*)\b/)
    .map((text, index) => ({ text, hole: index % 2 === 1 && Object.hasOwn(where, text) }));
  for (const hole of Object.keys(where)) {
    if (!parts.some((part) => part.hole && part.text === hole)) throw new Error(`rewrite ${id}: ${hole} is lost`);
  }
  return rule({
    id,
    title,
    lesson,
    doc,
    effects,
    examples,
    on: { call: [definition.on] },
    check(call, context) {
      const holes = match(pattern, call);
      if (!holes || !holesFit(holes, where, context)) return undefined;
      const edits = [
        replace(call, parts.map((part) => (part.hole ? textOf(holes.get(part.text)) : part.text)).join("")),
      ];
      const { safety = "safe", conditions = [] } = definition;
      return { at: call, fix: { title: `Rewrite to \`${to}\``, safety, conditions, edits: minimal(call, edits) } };
    },
  });
}

interface Pattern {
  readonly root: string;
  readonly links: readonly { readonly name: string; readonly args: readonly string[] }[];
}

function parsePattern(text: string): Pattern {
  const whole = /^(\w+)((?:\.\w+\([\w\s,]*\))+)$/.exec(text);
  if (!whole) throw new Error(`not a method chain: ${text}`);
  const links = [...(whole[2] ?? "").matchAll(/\.(\w+)\(([^)]*)\)/g)].map(([, name = "", args = ""]) => ({
    name,
    args: args.split(",").flatMap((arg) => (arg.trim() === "" ? [] : [arg.trim()])),
  }));
  return { root: whole[1] ?? "", links };
}

function match(pattern: Pattern, call: Call): Map<string, Expr> | undefined {
  const holes = new Map<string, Expr>();
  let at: Expr = call;
  for (const link of [...pattern.links].reverse()) {
    if (!(at instanceof Call) || !(at.callee instanceof Attribute) || at.callee.name !== link.name) return undefined;
    const { args } = at;
    if (args.length !== link.args.length || args.some((arg) => arg.name !== undefined || arg.splat !== ""))
      return undefined;
    args.forEach((arg, index) => {
      holes.set(link.args[index] ?? "", arg.value);
    });
    at = at.callee.object;
  }
  return holes.set(pattern.root, at);
}

function holesFit(holes: ReadonlyMap<string, Expr>, where: RewriteDefinition["where"], context: RuleContext): boolean {
  return Object.entries(where).every(([name, hole]) => {
    const expr = holes.get(name);
    return expr !== undefined && (hole === "any" || context.valueOf(expr).of === hole);
  });
}

const textOf = (expr: Expr | undefined): string =>
  expr === undefined ? "" : expr.parent?.type === "argument_list" ? expr.text : atom(expr);

/** Leaves the equal text at both ends of a replacement alone. */
function minimal(call: Call, edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.map(({ span, text }) => {
    const old = call.source.text.slice(span.start, span.end);
    let head = 0;
    while (head < old.length && head < text.length && old[head] === text[head]) head++;
    let tail = 0;
    while (
      tail < old.length - head &&
      tail < text.length - head &&
      old[old.length - 1 - tail] === text[text.length - 1 - tail]
    )
      tail++;
    return { span: { start: span.start + head, end: span.end - tail }, text: text.slice(head, text.length - tail) };
  });
}
