// A workspace of generated packages: the same arguments make the same files.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files that the measurements edit. */
export const places = { hub: "app/db.py", model: "app/models/model_0.py", leaf: "app/services/service_0.py" };

/**
 * Writes `count` Python files, a tenth of which reach SQLAlchemy: one file hands out Sessions to all of them (a hub), forty
 * define models, the others query. The rest is packages of plain Python that import one another.
 */
export function writeWorkspace(folder, count, seed = 2026) {
  const random = generator(seed);
  const pick = (limit) => Math.floor(random() * limit);
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("requirements.txt", "sqlalchemy==2.0.58\n");
  for (const name of ["app", "app/models", "app/services"]) write(`${name}/__init__.py`, "");
  write(places.hub, hub);
  for (let index = 0; index < models; index++) write(`app/models/model_${index}.py`, model(index, pick(models)));
  const services = count / 10 - models - 4;
  for (let index = 0; index < services; index++) {
    write(`app/services/service_${index}.py`, service(index, [pick(models), pick(models)], pick(services)));
  }
  const packages = 90;
  const perPackage = Math.floor((count - count / 10) / packages) - 1;
  for (let index = 0; index < packages; index++) {
    write(`lib/package_${index}/__init__.py`, "");
    for (let module = 0; module < perPackage; module++) {
      write(`lib/package_${index}/module_${module}.py`, plain(pick(packages), pick(perPackage), module));
    }
  }
}

const models = 40;

const hub = `from sqlalchemy import create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker

engine = create_engine("sqlite://")
Base = declarative_base()
Maker = sessionmaker(engine)


def get_session() -> Session:
    """Hands out a Session."""
    made = Maker()
    return made


def close(session):
    session.close()
    return None
`;

const model = (index, other) => `from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import relationship

from app.db import Base


class Model${index}(Base):
    __tablename__ = "model_${index}"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
    other_id = Column(ForeignKey("model_${other}.id"))
    other = relationship("Model${other}")

    def label(self):
        return f"{self.id}: {self.name}"
`;

const service = (index, [a, b], other) => `import logging

from app.db import get_session
from app.models.model_${a} import Model${a}
from app.models.model_${b} import Model${b} as Second
from app.services import service_${other}

log = logging.getLogger(__name__)


def find_${index}(key):
    session = get_session()
    return session.query(Model${a}).get(key)


def names_${index}(limit=10):
    rows = get_session().query(Second).filter(Second.name != "").limit(limit).all()
    return [row.name for row in rows]


def forward_${index}(key):
    return service_${other}.find_${other}(key)
${helpers(index, 8)}`;

const plain = (pack, module, index) => `import logging
from dataclasses import dataclass

from lib.package_${pack}.module_${module} import Thing as Other

log = logging.getLogger(__name__)


@dataclass
class Thing:
    number: int = ${index}
    other: "Other | None" = None

    def total(self):
        return self.number + (self.other.number if self.other else 0)
${helpers(index, 8)}`;

function helpers(index, count) {
  return Array.from(
    { length: count },
    (_, each) => `

def helper_${index}_${each}(values, factor=${each}):
    """Scales what is given."""
    result = []
    for position, value in enumerate(values):
        if value is None or position % 3 == ${each % 3}:
            continue
        result.append(value * factor + position)
    log.debug("helper %s", len(result))
    return result
`,
  ).join("");
}

/** A linear congruential generator: enough to scatter imports, and the same everywhere. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
