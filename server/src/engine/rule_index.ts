import type { ApiName } from "../knowledge/index.ts";
import { type FileResolver, mayBeRow, mayNameApi } from "../resolve/index.ts";
import { Attribute, type Call, Name } from "../syntax/index.ts";
import type { Forms, Rule } from "./rule.ts";

/** Finds the rules of a site by a look-up; a call whose last name no rule knows is not even resolved. */
export class RuleIndex {
  readonly rules: readonly Rule[];
  readonly onClass: readonly Rule[];
  readonly onSubscript: readonly Rule[];
  readonly #byName = new Map<string, Rule[]>();
  readonly #byBuiltin = new Map<string, Rule[]>();
  readonly #byModule = new Map<string, Rule[]>();
  readonly #byLastName = new Map<string, Rule[]>();

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    this.onClass = rules.filter((rule) => rule.on.class);
    this.onSubscript = rules.filter((rule) => rule.on.subscript);
    for (const rule of rules) {
      for (const name of rule.on.call ?? []) {
        push(this.#byName, name, rule);
        const last = name.slice(name.lastIndexOf(".") + 1);
        if (!this.#byLastName.get(last)?.includes(rule)) push(this.#byLastName, last, rule);
      }
      for (const name of rule.on.builtin ?? []) push(this.#byBuiltin, name, rule);
      for (const module of rule.on.importFrom ?? []) push(this.#byModule, module, rule);
    }
  }

  onCall(name: ApiName): readonly Rule[] {
    return this.#byName.get(name) ?? [];
  }

  /** Rules of a call of one of Python's own functions. */
  onBuiltin(call: Call, { inference }: FileResolver): readonly Rule[] {
    const { callee, start } = call;
    const known = callee instanceof Name ? this.#byBuiltin.get(callee.name) : undefined;
    if (!known || !(callee instanceof Name) || inference.scopeOf(callee.name, start)) return none;
    return known.filter(({ on }) => !on.form || on.form(call, formsBy(inference)));
  }

  onImportFrom(module: string): readonly Rule[] {
    return this.#byModule.get(module) ?? [];
  }

  /** Behind a dot stands the name itself; a bare name may be an alias of it. */
  wantsCall(call: Call, { inference }: FileResolver): boolean {
    const { callee } = call;
    if (callee instanceof Name) return mayNameApi(callee, inference, (last) => this.#byLastName.has(last));
    if (!(callee instanceof Attribute)) return false;
    const known = this.#byLastName.get(callee.name);
    if (!known) return false;
    const forms = formsBy(inference);
    return known.some(({ on }) => !on.form || on.form(call, forms));
  }
}

const none: readonly Rule[] = [];

const formsBy = (inference: FileResolver["inference"]): Forms => ({ mayBeRow: (expr) => mayBeRow(expr, inference) });

function push(map: Map<string, Rule[]>, key: string, rule: Rule): void {
  const known = map.get(key);
  if (known) known.push(rule);
  else map.set(key, [rule]);
}
