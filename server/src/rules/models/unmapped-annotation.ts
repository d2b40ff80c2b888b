import {
  Assignment,
  type Call,
  ClassDef,
  type Expr,
  insertAfter,
  insertBefore,
  type ModelRelationship,
  markOf,
  Name,
  type ProposedFix,
  type Report,
  type RuleContext,
  rule,
  Str,
} from "../../engine/index.ts";

export default rule({
  id: "unmapped-annotation",
  title: "Write `Mapped[…]`: 2.0 reads the annotation of what is mapped, and takes no other",
  lesson: "models#annotation",
  doc: "https://docs.sqlalchemy.org/en/20/errors.html#error-zlpr",
  effects: { "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from typing import List
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import configure_mappers, declarative_base, relationship

Base = declarative_base()


class Shelf(Base):
    __tablename__ = "shelves"
    id = Column(Integer, primary_key=True)
    boards: List["Board"] = relationship("Board")


class Board(Base):
    __tablename__ = "boards"
    id = Column(Integer, primary_key=True)
    shelf_id = Column(ForeignKey("shelves.id"))


print(Shelf().boards)
`,
      good: `from typing import List
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import configure_mappers, declarative_base, relationship, Mapped

Base = declarative_base()


class Shelf(Base):
    __tablename__ = "shelves"
    id = Column(Integer, primary_key=True)
    boards: Mapped[List["Board"]] = relationship("Board")


class Board(Base):
    __tablename__ = "boards"
    id = Column(Integer, primary_key=True)
    shelf_id = Column(ForeignKey("shelves.id"))


print(Shelf().boards)
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.orm.relationship",
      "sqlalchemy.orm.mapped_column",
      "sqlalchemy.orm.column_property",
      "sqlalchemy.orm.deferred",
      "sqlalchemy.orm.synonym",
      "sqlalchemy.orm.composite",
      "sqlalchemy.orm.query_expression",
    ],
  },
  check(call, context): Report | undefined {
    const outer = call.parent;
    if (!(outer instanceof Assignment) || outer.right !== call || !outer.annotation) return undefined;
    const owner = outer.parent?.parent?.parent;
    if (!(owner instanceof ClassDef) || outer.parent?.type !== "expression_statement") return undefined;
    const model = context.modelOf(owner);
    if (!model || model.abstract || model.imperative || model.allowsUnmapped || !(outer.left instanceof Name))
      return undefined;
    const { annotation, left } = outer;
    if (!isPlain(annotation, context) || !owner.bases.every((base) => context.valueOf(base).kind === "class")) {
      return undefined;
    }
    const relationship = model.relationships.find(({ attribute }) => attribute === left.name);
    return { at: call, mark: markOf(call), fix: fixOf({ call, annotation, relationship }, context) };
  },
});

/** An annotation that says what the value is when the program runs, and is surely none of SQLAlchemy's descriptors. */
function isPlain(annotation: Expr, context: RuleContext): boolean {
  if (annotation instanceof Str) return !/\b(\w*Mapped|ClassVar|AssociationProxy)\b/.test(annotation.text);
  const bare = annotation.type === "type" && annotation.children[0] ? annotation.children[0] : annotation;
  const [first] = bare.children;
  const head = first && /^(generic_type|subscript)$/.test(bare.type) ? first : bare;
  const { model } = context.valueOf(head);
  return model !== undefined || plain.test(head.text);
}

const plain =
  /^(typing\.|t\.)?(List|Set|Dict|Optional|Union|Any|Sequence|Iterable|Collection|list|set|dict|int|str|bool|float|bytes|object)$/;

interface Site {
  readonly call: Call;
  readonly annotation: Expr;
  readonly relationship: ModelRelationship | undefined;
}

function fixOf({ call, annotation, relationship }: Site, context: RuleContext): ProposedFix | { readonly why: string } {
  if (!relationship)
    return { why: `Say \`Mapped[…]\`, and \`nullable=\` where the annotation and the column disagree.` };
  const { text } = annotation;
  const many = /^["']?([\w.]+\.)?(List|Set|list|set)\[/.test(text);
  const one = /^["']?([\w.]+\.)?Optional\[|^["']?[\w.]+["']?$/.test(text) && !wide.test(text);
  const written = call.keyword("lazy");
  if (written && !(written instanceof Str && /^(select|joined|subquery|selectin)$/.test(written.value ?? ""))) {
    return { why: `A relationship with \`lazy=${written.text}\` has an annotation of its own: see its lesson.` };
  }
  if (!(many || one) || (relationship.many ?? many) !== many) {
    return {
      why: `\`${text}\` does not say what the relationship holds: \`Mapped[…]\` decides now whether it is a list.`,
    };
  }
  const mapped = context.importFor("sqlalchemy.orm.Mapped", call);
  const conditions = [`Every name in \`${text}\` can be found when the program runs: SQLAlchemy reads it now.`];
  if (relationship.many === undefined)
    conditions.push("The relationship holds what its annotation says: that decides now.");
  const edits = [insertBefore(annotation, `${mapped.text}[`), insertAfter(annotation, "]"), ...mapped.edits];
  return { title: `Write \`Mapped[${text}]\``, safety: "review", conditions, edits };
}

/** Says nothing of what there is. */
const wide = /(^|\.)(Any|object|list|set|dict|List|Set|Dict|int|str|bool|float|bytes)["']?$/;
