import type { Api, Layer } from "../knowledge/index.ts";
import type { Evidence, FileResolver } from "../resolve/index.ts";
import { Call, chainOf, type Expr, type SourceFile } from "../syntax/index.ts";

export interface LayerAnswer {
  readonly layer: Layer;
  readonly because: readonly Evidence[];
}

/**
 * The layer of a name where it stands. Statements are Core's and know nothing of objects; one that names a mapped class,
 * or that a Session executes, is both: built by Core, executed by the ORM.
 */
export function layerAt(api: Api, expr: Expr, file: SourceFile, resolver: FileResolver): LayerAnswer {
  if (api.layer !== "core" || !isStatement(api.name)) return { layer: api.layer, because: [] };
  const chain = chainOf(expr);
  const session = executorOf(chain.whole, resolver);
  if (session) return { layer: "both", because: [evidence(`executed by \`${session.callee.text}\``, session, file)] };
  const entity = resolver.valueOf(chain.whole).holds?.model ?? holdsModel(expr, resolver);
  if (!entity) return { layer: "core", because: [] };
  return { layer: "both", because: [evidence(`it names the mapped class ${entity.name}`, chain.whole, file)] };
}

const isStatement = (name: string): boolean =>
  /^sqlalchemy\.(select|insert|update|delete|union|union_all|text|exists)$/.test(name) ||
  /^sqlalchemy\.sql\.\w*(Select|Insert|Update|Delete|ValuesBase|GenerativeSelect|DML\w*)\./.test(name);

/** The Session's call whose argument a statement is. */
function executorOf(whole: Expr, resolver: FileResolver): Call | undefined {
  const outer = whole.parent?.type === "argument_list" ? whole.parent.parent : undefined;
  if (!(outer instanceof Call)) return undefined;
  const name = resolver.nameOf(outer.callee) ?? "";
  return /^sqlalchemy\.(orm\.Session|ext\.asyncio\.AsyncSession)\.(execute|scalars?|stream(_scalars)?)$/.test(name)
    ? outer
    : undefined;
}

/** `update(Author)` and `insert(Author)` return no entity, but name one. */
function holdsModel(expr: Expr, resolver: FileResolver): { readonly name: string } | undefined {
  let at: Expr | undefined = chainOf(expr).whole;
  while (at) {
    const first: Expr | undefined = at instanceof Call ? at.positional[0] : undefined;
    const model = first && resolver.valueOf(first).model;
    if (model) return model;
    at = at.children[0];
  }
  return undefined;
}

function evidence(text: string, node: Expr, file: SourceFile): Evidence {
  const span = { start: node.start, end: node.end };
  return { text, at: { uri: file.uri, span, line: file.lineOf(node.start) + 1 } };
}
