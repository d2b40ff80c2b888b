import { rule } from "../../engine/index.ts";

export default rule({
  id: "mapper-function",
  title: "Map by a registry: 2.0 has no `mapper()`",
  lesson: "models#start",
  doc: "https://docs.sqlalchemy.org/en/20/orm/mapping_styles.html#orm-imperative-mapping",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import mapper


class Shelf:
    pass


mapper(Shelf, Table("shelves", MetaData(), Column("id", Integer, primary_key=True)))
print(Shelf.id.key)
`,
    },
  ],
  on: { call: ["sqlalchemy.orm.mapper"] },
  check(call) {
    return { at: call, fix: { why } };
  },
});

const why =
  "Make one `mapper_registry = registry()` for the classes that name each other, and call its `map_imperatively()` with the same arguments.";
