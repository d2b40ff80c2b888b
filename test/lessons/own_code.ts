import type { Explanation, Places } from "../../client/src/lessons/messages.ts";

/** Text out of a workspace that is out to do harm. */
export const hostile = '<img src=x onerror="document.title=1">`\u202e$<x></code><script>1</script>';

/** As the server tells it of two files, one of them hostile in its name and its lines. */
export const places: Places = {
  state: "found",
  places: [
    ...[12, 13, 48].map((line) => ({
      path: "app/views.py",
      line,
      text: 'author = session.query(Author).filter(Author.name == request.args["name"]).order_by(Author.born).first()',
      name: "Session.query",
      layer: "orm" as const,
      sections: ["orm"],
    })),
    {
      path: "app/reports.py",
      line: 7,
      text: "connection.execute(select(books.c.title))",
      name: "select",
      layer: "core",
      sections: ["core"],
    },
    {
      path: "app/reports.py",
      line: 7,
      text: "connection.execute(select(books.c.title))",
      name: "Session.execute",
      layer: "orm",
      sections: ["core"],
    },
    { path: `app/${hostile}.py`, line: 1, text: hostile, name: hostile, layer: "both", sections: ["select"] },
  ],
  counts: { orm: 53, core: 2, select: 1 },
  files: 214,
  left: 31,
  busy: false,
};

export const explanation: Explanation = {
  code: 'author = (\n    session.query(Author)\n    .filter(Author.name == request.args["name"])\n    .first()\n)',
  mark: { start: 15, end: 28 },
  source: "app/views.py:12",
  api: "sqlalchemy.orm.Session.query",
  layer: "orm",
  summary: "Makes a Query, the 1.x way of asking.",
  because: [
    { text: "`session = SessionLocal()`", where: "app/views.py:9" },
    { text: "`SessionLocal = sessionmaker(bind=engine)`", where: "app/db.py:4" },
  ],
  modern: {
    message: "Write new code with `select()`: `session.query()` is the 1.x way of asking",
    before: 'session.query(Author)\n    .filter(Author.name == request.args["name"])\n    .first()',
    after:
      'from sqlalchemy import select\nsession.scalars(select(Author)\n    .where(Author.name == request.args["name"]).limit(1))\n    .first()',
    conditions: ["The labels of the columns in the SQL differ."],
  },
  slice: {
    kind: "program",
    setup:
      'from sqlalchemy import Column, Integer, String, bindparam\nfrom sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\nclass Author(Base):\n    __tablename__ = "authors"\n    id = Column(Integer, primary_key=True)\n',
    code: '(\n    session.query(Author)\n    .filter(Author.name == bindparam("name"))\n    .first()\n)\n',
    dialect: "default",
    parameters: [{ name: "name", text: 'request.args["name"]' }],
    notes: ["Line 14 may change `query`, and is left out."],
  },
};
