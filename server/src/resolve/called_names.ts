import { Attribute, type Expr, Name, unparenthesized } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Definition } from "./scopes.ts";

/**
 * Whether a bare name that is called may stand for a function or a bound method of SQLAlchemy's, as far as the form of its
 * definitions tells: imported, or assigned from something that has a name. What a call, a loop or a caller hands over is a
 * processor, a callback, a class, never `select` itself; to look into it costs more than all the rest.
 *
 * @param wants whether anything is asked of an attribute of this name
 */
export function mayNameApi(
  { name, start }: Name,
  inference: Inference,
  wants: (attribute: string) => boolean,
): boolean {
  const scope = inference.scopeOf(name, start);
  if (!scope) return inference.bound.stars.length > 0;
  return scope.names.get(name)?.some((definition) => mayGiveApi(definition, wants)) ?? false;
}

function mayGiveApi(definition: Definition, wants: (attribute: string) => boolean): boolean {
  switch (definition.kind) {
    case "import":
      return true;
    case "value":
      return definition.path.length > 0 || isNamed(definition.value, wants);
    case "annotated":
      return definition.value !== undefined && isNamed(definition.value, wants);
    default:
      return false;
  }
}

function isNamed(value: Expr, wants: (attribute: string) => boolean): boolean {
  const bare = unparenthesized(value);
  if (bare instanceof Attribute) return wants(bare.name);
  if (bare instanceof Name) return true;
  return choices.has(bare.type) && bare.children.some((choice) => isNamed(choice, wants));
}

/** `select if new else old_select`, `select or old_select` */
const choices = new Set(["conditional_expression", "boolean_operator"]);
