import {
  Assignment,
  Attribute,
  Call,
  ClassDef,
  type ColumnCall,
  type Expr,
  FunctionDef,
  insertAfter,
  insertBefore,
  joinedImports,
  Lambda,
  markOf,
  Name,
  type Node,
  type ProposedFix,
  type PythonType,
  plainImport,
  pythonTypeOf,
  pythonTypeOfText,
  type Report,
  type RuleContext,
  readColumn,
  replace,
  rule,
  Str,
  type TextEdit,
} from "../../engine/index.ts";

export default rule({
  id: "bare-column",
  title: "Write `mapped_column()`: a bare `Column` tells type checkers nothing about the attribute",
  lesson: "models#from-column",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#whatsnew-20-orm-declarative-typing",
  effects: { "2.0": "legacy", "2.1": "legacy" },
  examples: [
    {
      bad: `from models import Base
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable


class Publisher(Base):
    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    founded = Column(Integer, nullable=False, index=True)


print(CreateTable(Publisher.__table__))
`,
      good: `from models import Base
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable


class Publisher(Base):
    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    founded: Mapped[int] = mapped_column(Integer, nullable=False, index=True)


print(CreateTable(Publisher.__table__))
`,
    },
  ],
  on: { call: ["sqlalchemy.Column"] },
  check(call, context): Report | undefined {
    const place = placeOf(call, context);
    if (!place) return undefined;
    return { at: call, mark: markOf(call), fix: fixOf(call, place, context) };
  },
});

/** Where a column of a class is written: `name = Column(…)`, or what a `declared_attr` function returns. */
interface Place {
  readonly owner: ClassDef;
  readonly attribute: string;
  readonly annotation: Expr | undefined;
  /** The name that is assigned; a function's result has none. */
  readonly left: Name | undefined;
}

function placeOf(call: Call, context: RuleContext): Place | undefined {
  const outer = call.parent;
  const scope = call.around(
    (node) => node instanceof ClassDef || node instanceof FunctionDef || node instanceof Lambda,
  );
  if (outer instanceof Assignment && outer.left instanceof Name && scope instanceof ClassDef) {
    const isAlone = outer.right === call && outer.parent?.type === "expression_statement";
    const { left, annotation } = outer;
    return isAlone ? { owner: scope, attribute: left.name, annotation, left } : undefined;
  }
  if (outer?.type !== "return_statement" || !(scope instanceof FunctionDef) || !isDeclared(scope, context))
    return undefined;
  const owner = scope.around((node) => node instanceof ClassDef);
  const { name: attribute, returns: annotation } = scope;
  return owner instanceof ClassDef ? { owner, attribute, annotation, left: undefined } : undefined;
}

/** `@declared_attr`, `@declared_attr.cascading`. */
const isDeclared = (node: FunctionDef, context: RuleContext): boolean =>
  node.decorators.some((decorator) => {
    const bare = decorator instanceof Attribute && decorator.name === "cascading" ? decorator.object : decorator;
    return context.nameOf(bare) === "sqlalchemy.orm.declared_attr";
  });

type Reason = { readonly why: string };

function fixOf(call: Call, place: Place, context: RuleContext): ProposedFix | Reason {
  const parts = readColumn(call, context);
  if (!parts.type && !parts.foreignKey && !call.hasSplat) {
    return { why: "The column has no type, and `mapped_column()` insists on one: give it its type first." };
  }
  const reads = readsOf(place, context);
  const broken = reads.find(({ verdict }) => verdict === "breaks");
  if (broken) return { why: `\`${broken.text}\` here needs a Column; a \`mapped_column()\` does not have it.` };

  const annotated = place.annotation
    ? keptAnnotation(call, place, place.annotation, context)
    : newAnnotation(call, place, parts, context);
  if ("why" in annotated) return annotated;
  const column = context.importFor("sqlalchemy.orm.mapped_column", call);
  const conditions = [...annotated.conditions];
  const { attribute, owner } = place;
  const unmapped = unmappedBecause(owner, context);
  if (unmapped) conditions.push(`${unmapped}, and nothing needs \`${owner.name}.${attribute}\` to be a Column.`);
  if (reads.some(({ verdict }) => verdict === "unsure")) {
    conditions.push(`What \`${attribute}\` is handed to in the class body takes a \`mapped_column()\`, too.`);
  }
  const edits = [
    replace(call.callee, column.text),
    ...annotated.edits,
    ...joinedImports([...annotated.imports, ...column.edits]),
  ];
  const title = annotated.text
    ? `Write \`Mapped[${annotated.text}]\` and \`mapped_column()\``
    : "Write `mapped_column()`";
  return { title, safety: conditions.length > 0 ? "review" : "safe", conditions, needs: "2.0", edits };
}

/** A class without a table of its own: others may read its columns in ways that we don't see. */
function unmappedBecause(owner: ClassDef, context: RuleContext): string | undefined {
  const model = context.modelOf(owner);
  if (!model) return `\`${owner.name}\` is a mapped class, or a mixin of mapped classes`;
  return model.abstract ? `\`${owner.name}\` is the base of mapped classes` : undefined;
}

interface Annotated {
  /** What stands in the brackets of `Mapped[…]`. */
  readonly text: string | undefined;
  readonly edits: readonly TextEdit[];
  readonly imports: readonly TextEdit[];
  readonly conditions: readonly string[];
}
const bare: Annotated = { text: undefined, edits: [], imports: [], conditions: [] };

/** `: Mapped[Optional[str]]` where the Python type is known; else none, which maps the same column. */
function newAnnotation(call: Call, place: Place, parts: ColumnCall, context: RuleContext): Annotated {
  const { left, owner } = place;
  if (!left || parts.nullable === undefined || isDataclass(owner, context) || isDeferredAway(owner, context))
    return bare;
  const type = parts.type ? pythonTypeOf(parts.type, context) : referencedType(parts.foreignKey, context);
  const mapped = context.importFor("sqlalchemy.orm.Mapped", call);
  const optional = parts.nullable ? plainImport(context.file, "typing", "Optional") : undefined;
  if (!type || (parts.nullable && !optional)) return bare;
  // Inside of the class its own attributes come first: `date: Mapped[date]` would mean the column.
  const own = remembered(namesOf, owner, () => namesIn(owner));
  if ([type.text, mapped.text, optional?.text].some((text) => text && own.has(text.split(".")[0] ?? text))) return bare;
  const text = optional ? `${optional.text}[${type.text}]` : type.text;
  const imports = [...mapped.edits, ...type.edits, ...(optional?.edits ?? [])];
  return { text, edits: [insertAfter(left, `: ${mapped.text}[${text}]`)], imports, conditions: [] };
}

/** In a dataclass an annotation would make the column a field, and an argument of `__init__`. */
const isDataclass = (owner: ClassDef, context: RuleContext): boolean =>
  owner.args.some(({ name, splat }) => splat !== "" || (name !== undefined && name !== "metaclass")) ||
  owner.decorators.some((decorator) => /dataclass/.test(decorator.text)) ||
  owner.bases.some((base) => context.valueOf(base).of === "sqlalchemy.orm.MappedAsDataclass");

/** With `from __future__ import annotations` SQLAlchemy looks names up in the module, not in a function around. */
const isDeferredAway = (owner: ClassDef, context: RuleContext): boolean =>
  owner.around((node) => node instanceof FunctionDef) !== undefined &&
  context.file.body.some((node) => node.type === "future_import_statement" && /\bannotations\b/.test(node.text));

function namesIn(owner: ClassDef): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of owner.body.children) {
    const inner = statement.type === "decorated_definition" ? statement.children.at(-1) : statement.children[0];
    if (statement instanceof FunctionDef || statement instanceof ClassDef) names.add(statement.name);
    else if (inner instanceof FunctionDef || inner instanceof ClassDef) names.add(inner.name);
    else if (inner instanceof Assignment) names.add(inner.left.text);
  }
  return names;
}

/** The type of the column that a foreign key names, where its class is in this file or in sight. */
function referencedType(key: Call | undefined, context: RuleContext): PythonType | undefined {
  const [target] = key?.positional ?? [];
  if (target instanceof Attribute) {
    const { model } = context.valueOf(target.object);
    const columns = model && context.modelOf(model)?.columns;
    return pythonTypeOfText(columns?.find(({ attribute }) => attribute === target.name)?.type ?? "");
  }
  const [table, column] = target instanceof Str ? (target.value?.split(".") ?? []) : [];
  const models = context.file.body.flatMap((each) => (each instanceof ClassDef ? [context.modelOf(each)] : []));
  const model = table === undefined ? undefined : models.find((each) => each?.table === table);
  return pythonTypeOfText(model?.columns.find((each) => each.column === column)?.type ?? "");
}

/** An annotation that is there already goes into `Mapped[…]`; what the column allowed is then said by `nullable`. */
function keptAnnotation(call: Call, place: Place, written: Expr, context: RuleContext): Annotated | Reason {
  const [first] = written.children;
  const head = first && /^(generic_type|subscript)$/.test(written.type) ? first : written;
  const name = context.nameOf(head);
  const isMapped = name === "sqlalchemy.orm.Mapped" && head !== written;
  const isColumn = name === "sqlalchemy.Column" && head !== written;
  if (isDataclass(place.owner, context)) return { why: "In a dataclass this would add an argument to `__init__`." };
  if (!isMapped && !isColumn && (name || !place.left || /\b(ClassVar|Final|InitVar)\b/.test(written.text))) {
    return { why: `\`${written.text}\` does not say the Python type of a column: write \`Mapped[…]\` with it.` };
  }
  const { nullable } = readColumn(call, context);
  if (nullable === undefined && !call.keyword("nullable")) {
    return {
      why: "We can't read whether the column allows NULL, and `Mapped[…]` would decide it: say `nullable` first.",
    };
  }
  const mapped = context.importFor("sqlalchemy.orm.Mapped", call);
  const text = isMapped || isColumn ? written.text.slice(head.end - written.start + 1, -1) : written.text;
  const edits: TextEdit[] = [];
  if (isColumn) edits.push(replace(head, mapped.text));
  else if (!isMapped) edits.push(insertBefore(written, `${mapped.text}[`), insertAfter(written, "]"));
  const isOptional = /^["']?(?:\w+\.)?Optional\[|\bNone\b/.test(text);
  const last = call.args.at(-1)?.node;
  if (!call.keyword("nullable") && last && nullable !== isOptional) {
    edits.push(insertAfter(last, `, nullable=${nullable ? "True" : "False"}`));
  }
  const isPlain = /^(?:Optional\[)?(?:int|str|bool|float|bytes)\]?$/.test(text);
  const condition = `Every name in \`${written.text}\` can be imported when the program runs: SQLAlchemy reads it now.`;
  return { text, edits, imports: isMapped ? [] : mapped.edits, conditions: isPlain ? [] : [condition] };
}

interface Read {
  readonly text: string;
  readonly verdict: "fine" | "breaks" | "unsure";
}

/** What else the class body, and its `declared_attr` functions, do with the column. */
function readsOf(place: Place, context: RuleContext): readonly Read[] {
  const { owner, attribute, left } = place;
  const own = (left ? context.usesOf(left) : []).filter(
    (use) => !(use.parent instanceof Assignment && use.parent.left === use),
  );
  const reads = own.map((use) => readOf(use, context));
  for (const node of attributesIn(owner).get(attribute) ?? []) {
    const method = node.around((outer) => outer instanceof FunctionDef);
    const isOwn = method instanceof FunctionDef && method.params[0]?.name.name === node.object.text;
    if (isOwn && isDeclared(method, context) && node.parent instanceof Attribute) reads.push(readOf(node, context));
  }
  return reads;
}

/** All `name.attribute` of a class body, by the attribute; a class has many columns, and is walked once. */
function attributesIn(owner: ClassDef): ReadonlyMap<string, readonly Attribute[]> {
  return remembered(attributesOf, owner, () => {
    const found = new Map<string, Attribute[]>();
    for (const node of owner.body.walk()) {
      if (!(node instanceof Attribute) || !(node.object instanceof Name)) continue;
      const same = found.get(node.name);
      if (same) same.push(node);
      else found.set(node.name, [node]);
    }
    return found;
  });
}

const attributesOf = new WeakMap<ClassDef, ReadonlyMap<string, readonly Attribute[]>>();
const namesOf = new WeakMap<ClassDef, ReadonlySet<string>>();

function remembered<T>(memory: WeakMap<ClassDef, T>, owner: ClassDef, make: () => T): T {
  const known = memory.get(owner) ?? make();
  memory.set(owner, known);
  return known;
}

/** Methods that a `mapped_column()` hands on to its column; not so `label`, `cast`, `copy`, `type`, `key` and the like. */
const operators = new Set(
  "desc asc nulls_first nulls_last nullsfirst nullslast in_ not_in notin_ is_ is_not isnot like ilike not_like notlike startswith endswith contains between op bool_op distinct any_ all_ collate concat match regexp_match is_distinct_from is_not_distinct_from name".split(
    " ",
  ),
);

function readOf(read: Expr, context: RuleContext): Read {
  let node: Node = read;
  for (;;) {
    const outer = node.parent;
    const verdict = (is: Read["verdict"]): Read => ({ text: outer?.text ?? "", verdict: is });
    if (outer instanceof Attribute) return verdict(operators.has(outer.name) ? "fine" : "breaks");
    if (outer instanceof Call) return verdict(context.nameOf(outer.callee) ? "fine" : "unsure");
    if (outer instanceof Assignment) return verdict(outer.left.text === "__mapper_args__" ? "fine" : "unsure");
    if (/^(comparison|binary|unary)_operator$/.test(outer?.type ?? "")) return verdict("fine");
    if (outer?.type === "pair" && /(in|ex)clude_properties/.test(outer.text)) return verdict("breaks");
    if (
      !outer ||
      !/^(parenthesized_expression|list|tuple|argument_list|keyword_argument|pair|dictionary)$/.test(outer.type)
    ) {
      return verdict("unsure");
    }
    node = outer;
  }
}
