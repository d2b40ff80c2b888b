/** Core, ORM or both: by where a name is defined, as SQLAlchemy's own documentation is divided. */

const TYPE_ENGINE = "sqlalchemy.sql.type_api.TypeEngine";

/** Longest prefix wins; facts/layers.yaml holds the names that differ from their module. */
const MODULES = {
  sqlalchemy: "core",
  "sqlalchemy.event": "both",
  "sqlalchemy.events": "both",
  "sqlalchemy.exc": "both",
  "sqlalchemy.ext": "orm",
  "sqlalchemy.ext.asyncio": "core",
  "sqlalchemy.ext.compiler": "core",
  "sqlalchemy.ext.serializer": "both",
  "sqlalchemy.inspect": "both",
  "sqlalchemy.inspection": "both",
  "sqlalchemy.orm": "orm",
  "sqlalchemy.types": "both",
  "sqlalchemy.sql.sqltypes": "both",
  "sqlalchemy.sql.type_api": "both",
  flask_sqlalchemy: "orm",
  sqlmodel: "orm",
  "sqlmodel.sql": "core",
};

/**
 * @param {string} name canonical, of a module, a name in it or a member
 * @param {object | undefined} object what introspection says of the name, or of the class whose member it is
 * @param {{ core: string[], orm: string[], both: string[] }} exceptions
 */
export function layerOf(name, object, exceptions) {
  for (let path = name; path; path = path.slice(0, Math.max(path.lastIndexOf("."), 0))) {
    for (const layer of ["core", "orm", "both"]) if (exceptions[layer].includes(path)) return layer;
    if (object && (object.defined === TYPE_ENGINE || object.mro?.includes(TYPE_ENGINE))) return "both";
    if (object?.defined?.startsWith("sqlmodel.sql.")) return "core";
    if (MODULES[path]) return MODULES[path];
  }
  throw new Error(`no layer for ${name}`);
}
