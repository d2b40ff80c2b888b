/** One Python program that builds a query over several statements. */
export interface QueryProgram {
  readonly name: string;
  readonly source: string;
}

/**
 * Programs that begin a Query, go on with it in branches, loops, `try`, `with` and under other names, and run it in one or
 * two ways. The same `count` gives the same programs.
 */
export function queryPrograms(count: number): readonly QueryProgram[] {
  const random = numbersFrom(20);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const found = new Map<string, QueryProgram>();
  // Every begin, every step and every end at least once; then by chance.
  for (let index = 0; found.size < count; index++) {
    const begin = begins[index] ?? pick(begins);
    const steps = [
      continuations[index] ?? pick(continuations),
      ...Array.from({ length: Math.floor(random() * 3) }, () => pick(continuations)),
    ];
    const end = ends[index] ?? pick(ends);
    const body = [begin, ...steps, end].join("\n").replace(/^/gm, "    ");
    const source = `${head}\ndef run(session: Session, name, words, old):\n${body}\n\n${tail}`;
    found.set(source, { name: body, source });
  }
  return [...found.values()];
}

const head = `from models import Author, Book, SessionLocal
from sqlalchemy import func, or_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
`;

/** Calls it with every input, and prints what it gave: classes and keys, in order. */
const tail = `def shown(value):
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    return (type(value).__name__, getattr(value, "id", value))


for name in (None, "Homer", "12"):
    for words in ([], ["a", "e"]):
        for old in (False, True):
            with SessionLocal() as session:
                try:
                    outcome = run(session, name, words, old)
                except Exception as error:
                    outcome = type(error).__name__
                print(name, words, old, shown(outcome))
`;

const begins = [
  "q = session.query(Author)",
  "q = session.query(Author).filter(Author.id > 0)",
  "q = session.query(Author).order_by(Author.name)",
  "q = session.query(Author).join(Author.books)",
  "q = session.query(Author).options(joinedload(Author.books))",
  "q = base = session.query(Author)",
  "q = session.query(Author).filter(Author.born == None) if old else session.query(Author)",
  "if old:\n    q = session.query(Author).filter(Author.born < 1790)\nelse:\n    q = session.query(Author).limit(2)",
  "if (q := session.query(Author)) is not None:\n    pass",
  "q = (\n    session.query(Author)\n    # everybody\n    .filter(Author.id < 9)\n)",
  "base = session.query(Author)\nq = base.filter(Author.name != 'x')",
  "q = session.query(Author).filter(Author.id.in_([1, 2, 3]))",
];

const continuations = [
  "if name:\n    q = q.filter(Author.name == name)",
  "for word in words:\n    q = q.filter(Author.name.contains(word))",
  "if old:\n    q = q.filter(Author.born < 1790)\nelse:\n    q = q.order_by(Author.name)",
  "q = q.order_by(Author.id.desc())",
  "q = q.join(Author.books)",
  "q = q.outerjoin(Book, Book.author_id == Author.id)",
  "q = q.filter(Author.books.any(Book.year > 1815))",
  "q = q.options(joinedload(Author.books))",
  "q = q.options(selectinload(Author.books))",
  "q = q.distinct()",
  "q = q.limit(2)",
  "q = q.offset(1)",
  "try:\n    q = q.filter(Author.id < int(name))\nexcept (TypeError, ValueError):\n    q = q.filter(Author.id > 1)",
  "with session.no_autoflush:\n    q = q.filter(or_(Author.born > 1700, Author.born == None))",
  "q = q.filter_by(name=name) if name else q",
  "more = q.filter(Author.id != 2)\nif old:\n    q = more",
  "left = list(words)\nwhile left:\n    q = q.filter(~Author.name.startswith(left.pop()))",
  "for word in words:\n    if word == 'a':\n        continue\n    q = q.filter(func.lower(Author.name).contains(word))\n    if old:\n        break",
  "q = q.filter(Author.id == Book.author_id)",
  "match len(words):\n    case 0:\n        q = q.order_by(Author.born)\n    case 1:\n        q = q.filter(Author.id < 3)",
  "other = aliased(Author)\nq = q.filter(Author.id == other.id)",
  "q = q.group_by(Author.id)",
  "q = (q.filter(Author.id > 0))",
  "q.filter(Author.id == 0)",
];

const ends = [
  "return q.all()",
  "return q.first()",
  "return q.one()",
  "return q.one_or_none()",
  "return q.count()",
  "return q.scalar()",
  "return [author for author in q]",
  "return list(q)",
  "found = []\nfor author in q:\n    found.append(author)\nreturn found",
  "found = []\nfor index, author in enumerate(q):\n    found.append((index, author))\nreturn found",
  "return session.get(Author, 1) in q",
  "total = q.count()\nreturn total, q.order_by(Author.id).limit(1).all()",
  "if old:\n    return q.all()\nreturn q.first()",
  "q = q.all()\nreturn q",
  "found = q.order_by(Author.name).first()\nreturn found and found.name, q.count()",
  "both = (q.count(), q.filter(Author.id == 1).one_or_none())\ndel q\nreturn both",
  "recent = q.filter(Author.born > 1780)\nreturn recent.count(), q.count(), recent.all()",
  "return sorted(author.name for author in q)",
  "if q is None:\n    return None\nreturn q.filter(Author.id > 1).all()",
];

/** A small generator of numbers from 0 to 1: the tests are to be the same each time. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
