import type { FileResolver } from "../resolve/index.ts";
import { Assignment, Call, Name, type Node, Str } from "../syntax/index.ts";
import type { Program } from "./program.ts";

/** Defines what a word in a string of `relationship()` names: a mapped class, or a table by its own name. */
export function mention(word: string, at: Node, resolver: FileResolver, program: Program): void {
  const { inference } = resolver;
  const here = inference.world.settle(inference.lookup(word, at.start).type);
  const classes = here.kind === "class" && !("api" in here.id) ? [here.id] : inference.world.classesNamed(word);
  const models = classes.filter((ref) => resolver.modelOf(ref));
  const [only] = models;
  if (only && models.length === 1) program.model({ uri: only.uri, name: only.name });
  for (const call of inference.bound.calls) {
    const [first] = call.positional;
    if (!(first instanceof Str) || first.value !== word || resolver.nameOf(call.callee) !== "sqlalchemy.Table")
      continue;
    const node = call.parent;
    if (node instanceof Assignment && node.left instanceof Name && node.right instanceof Call) {
      program.definition({ node, resolver }, node.left.name);
    }
  }
  // An association that is mapped.
  for (const node of inference.bound.classes) {
    if (resolver.modelOf(node)?.table !== word) continue;
    const { uri, name } = inference.classOf(node);
    program.model({ uri, name });
  }
}
