import type { Attribute } from "../syntax/index.ts";
import { follow } from "./answers.ts";
import { attributeName } from "./shared_names.ts";
import { type Inferred, instanceOf, nothing, type Type } from "./type.ts";

/** Names that, unexplained, stand for one thing in nearly every project that imports SQLAlchemy. Never certain. */
const conventional: Readonly<Record<string, Type>> = {
  session: instanceOf("sqlalchemy.orm.Session"),
  db_session: instanceOf("sqlalchemy.orm.Session"),
  engine: instanceOf("sqlalchemy.engine.Engine"),
  db: instanceOf("flask_sqlalchemy.SQLAlchemy"),
};

/** What a name means by convention alone; `otherwise` where it has no such meaning. */
export function conventionalName(name: string, otherwise: Inferred): Inferred {
  const type = Object.hasOwn(conventional, name) ? conventional[name] : undefined;
  if (!type) return otherwise;
  return { type, certainty: "likely", because: [{ text: `\`${name}\` by its name` }, ...otherwise.because] };
}

/** `x.session` or `x.engine` of an object that is not known. */
export function conventionalAttribute(link: Attribute, inner: Inferred): Inferred {
  if (link.name === "db" || isWebSession(link)) return nothing;
  const found = conventionalName(link.name, nothing);
  return inner.type.kind === "unknown" ? found : follow({ ...inner, because: [] }, found);
}

/** `request.session` is the visitor's in every framework, where the workspace puts nothing else there. */
const isWebSession = ({ object, name }: Attribute): boolean => attributeName(object, name) === "request.session";
