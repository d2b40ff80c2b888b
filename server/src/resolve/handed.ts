import { Attribute, Call, ClassDef, type Expr, FunctionDef, Name, type SourceFile } from "../syntax/index.ts";
import { evidenceOf, qualifiedFunction } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import { readThrough } from "./self_type.ts";
import { type Inferred, nothing } from "./type.ts";
import type { Evidence } from "./value.ts";

/** One call by a name, as far as the file that it stands in can tell by itself. */
export interface HandedCall {
  readonly callee: Inferred;
  /** Of `x.f(…)`: what x is. */
  readonly receiver: Inferred | undefined;
  readonly args: readonly Inferred[];
  readonly keywords: Readonly<Record<string, Inferred>>;
  /** `f(*args)`, `f(**options)`: what they bring can't be told. */
  readonly open: boolean;
  /** The function that the call stands in, by its dotted name. */
  readonly inside: string | undefined;
  readonly because: Evidence;
}

/** The calls of one file by the last part of the name that is called, and the names that are handed on uncalled. */
export class Handed {
  readonly #file: SourceFile;
  readonly #inference: Inference;
  #values: ReadonlySet<string> | undefined;

  constructor(file: SourceFile, inference: Inference) {
    this.#file = file;
    this.#inference = inference;
  }

  callsOf(name: string): readonly HandedCall[] {
    return this.#inference.bound.callsNamed(name).map((call) => this.#read(call));
  }

  /** Whether the file hands a function of this name on without calling it: who calls it then can't be told. */
  passes(name: string): boolean {
    this.#values ??= valuesIn(this.#file);
    return this.#values.has(name);
  }

  #read(call: Call): HandedCall {
    const { callee } = call;
    const around = call.around((outer) => outer instanceof FunctionDef);
    const named = call.args.flatMap((arg) => (arg.name === undefined ? [] : [[arg.name, arg.value] as const]));
    const given = (arg: Expr): Inferred => outside(this.#inference.of(arg), call, this.#inference);
    return {
      callee: this.#inference.of(callee),
      receiver: callee instanceof Attribute ? this.#inference.of(callee.object) : undefined,
      args: call.positional.map(given),
      keywords: Object.fromEntries(named.map(([name, value]) => [name, given(value)])),
      open: call.hasSplat,
      inside: around instanceof FunctionDef ? qualifiedFunction(around) : undefined,
      because: evidenceOf({ kind: "opaque", node: call }, this.#file),
    };
  }
}

/** `Shelf(self)` hands over an object of the class that it is written in: elsewhere `self` means another one. */
function outside(found: Inferred, call: Call, inference: Inference): Inferred {
  const owner = call.around((outer) => outer instanceof ClassDef);
  if (!(owner instanceof ClassDef)) return found;
  const { uri, name } = inference.classOf(owner);
  return { ...found, type: readThrough(found.type, { uri, name }) };
}

function valuesIn(file: SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of file.walk()) {
    if (!(node instanceof Name) || node.parent instanceof Attribute) continue;
    const outer = node.parent;
    if (outer instanceof Call && outer.callee === node) continue;
    if (outer && passing.has(outer.type) && outer.children[0] !== node) found.add(node.name);
    else if (outer && holding.has(outer.type)) found.add(node.name);
  }
  return found;
}

/** Where a name that is not the first part is a value; where any part is. */
const passing = new Set(["assignment", "keyword_argument", "pair", "default_parameter"]);
const holding = new Set(["argument_list", "list", "tuple", "set", "return_statement", "decorator"]);

/** What one call hands to a parameter; `undefined` where it leaves it out, "nothing" where that can't be told. */
export function handedTo(call: HandedCall, name: string, place: number): Inferred | undefined {
  const found = call.keywords[name] ?? (place >= 0 ? call.args[place] : undefined);
  return found ?? (call.open ? nothing : undefined);
}
