import type { ApiName } from "../knowledge/index.ts";
import { Attribute, type Call, Name } from "../syntax/index.ts";
import type { Rule } from "./rule.ts";

/** Finds the rules of a site by a look-up; a call whose last name no rule knows is not even resolved. */
export class RuleIndex {
  readonly rules: readonly Rule[];
  readonly onClass: readonly Rule[];
  readonly #byName = new Map<string, Rule[]>();
  readonly #byModule = new Map<string, Rule[]>();
  readonly #lastNames = new Set<string>();

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    this.onClass = rules.filter((rule) => rule.on.class);
    for (const rule of rules) {
      for (const name of rule.on.call ?? []) {
        push(this.#byName, name, rule);
        this.#lastNames.add(name.slice(name.lastIndexOf(".") + 1));
      }
      for (const module of rule.on.importFrom ?? []) push(this.#byModule, module, rule);
    }
  }

  onCall(name: ApiName): readonly Rule[] {
    return this.#byName.get(name) ?? [];
  }

  onImportFrom(module: string): readonly Rule[] {
    return this.#byModule.get(module) ?? [];
  }

  /** A bare name may be an alias of anything; behind a dot stands the name itself. */
  wantsCall(call: Call): boolean {
    const { callee } = call;
    return callee instanceof Attribute ? this.#lastNames.has(callee.name) : callee instanceof Name;
  }
}

function push(map: Map<string, Rule[]>, key: string, rule: Rule): void {
  const known = map.get(key);
  if (known) known.push(rule);
  else map.set(key, [rule]);
}
