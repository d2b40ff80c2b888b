import type { FileResolver, Model, ModelRef } from "../resolve/index.ts";
import {
  type Assignment,
  Assignment as AssignmentNode,
  Attribute,
  type ClassDef,
  type Expr,
  Name,
} from "../syntax/index.ts";

/** The files of the workspace, as slicing needs them. */
export interface Workspace {
  resolverOf(uri: string): FileResolver | undefined;
  /** The file that `module`, as written in the file `from`, means. */
  fileOf(from: string, module: string): string | undefined;
}

/** A piece of the workspace's syntax together with what can tell its meaning. */
export interface Placed<T> {
  readonly node: T;
  readonly resolver: FileResolver;
}

/** The class statement behind a reference. */
export function classAt(ref: ModelRef, workspace: Workspace): Placed<ClassDef> | undefined {
  const resolver = workspace.resolverOf(ref.uri);
  const node = resolver?.inference.bound.classes.find((each) => resolver.inference.classOf(each).name === ref.name);
  return resolver && node && { node, resolver };
}

export function modelAt(ref: ModelRef, workspace: Workspace): Model | undefined {
  return workspace.resolverOf(ref.uri)?.modelOf(ref);
}

/** The class statement that an expression names, mapped or not, in whatever file. */
export function classNamed(expr: Expr, resolver: FileResolver, workspace: Workspace): Placed<ClassDef> | undefined {
  const { inference } = resolver;
  const type = inference.world.settle(inference.of(expr).type);
  return type.kind === "class" && !("api" in type.id) ? classAt(type.id, workspace) : undefined;
}

/** How a name of a module is given its value: by an assignment, of that module or of one that it imports it from. */
export function assignmentOf(expr: Expr, resolver: FileResolver, workspace: Workspace): Placed<Assignment> | undefined {
  if (expr instanceof Name) {
    const scope = resolver.inference.scopeOf(expr.name, expr.start);
    return scope?.kind === "module" ? ofModule(expr.name, resolver, workspace, 0) : undefined;
  }
  // `tables.users`, of a module that is imported.
  if (!(expr instanceof Attribute) || !(expr.object instanceof Name)) return undefined;
  const [definition] = resolver.inference.bound.module.names.get(expr.object.name) ?? [];
  if (definition?.kind !== "import") return undefined;
  const { module, name } = definition;
  const path = name === undefined ? module : `${module}${module.endsWith(".") ? "" : "."}${name}`;
  const there = resolverAt(resolver, path, workspace);
  return there && ofModule(expr.name, there, workspace, 0);
}

function ofModule(
  name: string,
  resolver: FileResolver,
  workspace: Workspace,
  depth: number,
): Placed<Assignment> | undefined {
  const definitions = resolver.inference.bound.module.names.get(name) ?? [];
  const [only] = definitions;
  if (definitions.length !== 1 || !only || depth > 8) return undefined;
  if (only.kind === "import" && only.name !== undefined) {
    const there = resolverAt(resolver, only.module, workspace);
    return there && ofModule(only.name, there, workspace, depth + 1);
  }
  const isPlain = (only.kind === "value" && only.path.length === 0) || only.kind === "annotated";
  return isPlain && only.node instanceof AssignmentNode ? { node: only.node, resolver } : undefined;
}

function resolverAt(resolver: FileResolver, module: string, workspace: Workspace): FileResolver | undefined {
  const uri = workspace.fileOf(resolver.inference.file.uri, module);
  return uri === undefined ? undefined : workspace.resolverOf(uri);
}
