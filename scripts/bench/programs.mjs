// Python to measure on: real sources, and generated ones. The same arguments give the same text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** SQLAlchemy's own ORM, file after file, up to a number of lines; cut before a statement at the top. */
export function libraryProgram(sqlalchemy, lines) {
  const folder = join(sqlalchemy, "orm");
  const all = [];
  for (const name of readdirSync(folder).sort()) {
    if (!/^[a-z].*\.py$/.test(name) || all.length > 2 * lines) continue;
    const text = readFileSync(join(folder, name), "utf8");
    all.push(...text.split("\n").filter((line) => !line.startsWith("from __future__")));
  }
  const end = all.findIndex((line, index) => index >= lines && /^(class|def) /.test(line) && all[index - 1] === "");
  return `${all.slice(0, end).join("\n")}\n`;
}

/**
 * An application's module: models, and functions that query them through an annotated Session, a fifth of them in the
 * style of 1.x.
 */
export function applicationProgram(lines) {
  const text = [applicationHead];
  let count = applicationHead.split("\n").length;
  for (let index = 0; count < lines; index++) {
    const part = index % 12 === 0 ? model(index) : applicationFunction(index, index - (index % 12));
    text.push(part);
    count += part.split("\n").length - 1;
  }
  return text.join("");
}

const applicationHead = `from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, select
from sqlalchemy.orm import Session, declarative_base, relationship

log = logging.getLogger(__name__)
Base = declarative_base()
`;

const model = (index) => `

class Model${index}(Base):
    __tablename__ = "model_${index}"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    parent_id = Column(ForeignKey("model_${Math.max(0, index - 12)}.id"))
    created = Column(DateTime, default=datetime.utcnow)
    parent = relationship("Model${Math.max(0, index - 12)}")

    def label(self) -> str:
        return f"{self.id}: {self.name}"
`;

const applicationFunction = (index, of) => `

def find_${index}(session: Session, name: str, limit: int = 10):
    """Finds what is called so."""
    log.debug("finding %s", name)
    if limit < 0:
        raise ValueError(limit)
    ${
      index % 5 === 0
        ? `found = session.query(Model${of}).get(limit)`
        : `found = session.scalars(select(Model${of}).where(Model${of}.name == name).limit(limit)).all()`
    }
    totals = {}
    for position, each in enumerate(range(limit)):
        totals[position] = totals.get(position - 1, 0) + each * ${index}
    return found, totals
`;

/** A program whose every second line has a finding with a safe fix. */
export function fixableProgram(lines, findings) {
  const filler = Math.max(0, Math.floor(lines / findings) - 3);
  const parts = Array.from(
    { length: findings },
    (_, index) => `
def fetch_${index}(session: Session, key: int):
    return session.query(Thing).get(key)
${Array.from({ length: filler }, (_, line) => `TOTAL_${index}_${line} = ${index} + ${line}\n`).join("")}`,
  );
  return `from sqlalchemy import Column, Integer
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()

class Thing(Base):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)
${parts.join("")}`;
}

const head = `from sqlalchemy import Column, Integer, select, text
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()
s: Session = Session()
`;
const times = (count, text) => Array.from({ length: count }, (_, index) => text(index)).join("");

/** Texts of so many lines each; whoever reads one of them in quadratic time takes four times as long for twice the lines. */
export const adversaries = {
  "an application": applicationProgram,
  "one chain of calls": (n) =>
    `${head}x = (\n    s.query(Base)\n${times(n, (i) => `    .filter(Base.a == ${i})\n`)})\n`,
  "one list": (n) => `${head}x = [\n${times(n, (i) => `    s.query(Base).get(${i}),\n`)}]\n`,
  "one name assigned again and again": (n) =>
    `${head}q = s.query(Base)\n${times(n / 2, (i) => `if c${i}:\n    q = q.filter(Base.a == ${i})\n`)}q.all()\n`,
  "names, each the one before": (n) =>
    `${head}a0 = s\n${times(n, (i) => `a${i + 1} = a${i}\n`)}a${n}.query(Base).get(1)\n`,
  "a class of many methods": (n) =>
    `${head}class A:\n    s: Session\n${times(n / 2, (i) => `    def m${i}(self):\n        return self.s.query(Base).get(${i})\n`)}`,
  "a model of many columns": (n) =>
    `${head}class A(Base):\n    __tablename__ = "a"\n${times(n, (i) => `    c${i} = Column(Integer)\n`)}`,
  "imports of many names": (n) =>
    `from elsewhere import (\n${times(n, (i) => `    name_${i},\n`)})\n${head}name_7.query(Base).get(1)\n`,
  "functions, each calling the one before": (n) =>
    `${head}def f0():\n    return s\n${times(n / 2, (i) => `def f${i + 1}():\n    return f${i}()\n`)}f${n / 2}().query(Base).get(1)\n`,
  "brackets that stay open": (n) => `${head}${times(n, (i) => `x${i} = (s.query(Base\n`)}`,
};
