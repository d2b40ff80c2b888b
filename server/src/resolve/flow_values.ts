import type { Name } from "../syntax/index.ts";

/** No value: this place is not reached. */
export const dead = -1;
/** The value before any write. */
export const unbound = 0;

/** A value that a variable may have: what one write gave it, or any of several. */
interface Value {
  readonly write: Name | undefined;
  readonly among: readonly number[];
}

/** The values of one variable, by number, and the one that it has at the place that a walk has come to. */
export class FlowValues {
  now = unbound;
  readonly #values: Value[] = [{ write: undefined, among: [] }];
  /** What the variable has got since each open region began. */
  readonly #open: number[][] = [];

  /** The number of the value that a write gives. */
  write(name: Name): number {
    const value = this.#add({ write: name, among: [] });
    this.set(value);
    return value;
  }

  set(value: number): void {
    this.now = value;
    this.#open[this.#open.length - 1]?.push(value);
  }

  become(values: readonly number[]): void {
    this.set(this.any(values));
  }

  /** One of several values, of which more may be added to the list until the walk ends. */
  add(among: readonly number[]): number {
    return this.#add({ write: undefined, among });
  }

  any(values: readonly number[]): number {
    const several = [...new Set(values)].filter((value) => value !== dead);
    const [first = dead, ...others] = several;
    return others.length === 0 ? first : this.add(several);
  }

  /** Begins a region any part of which may be what has run: a loop, a `try`, a `with`. */
  open(): void {
    this.#open.push([]);
  }

  /** Ends it: every value that the variable got within. */
  close(): readonly number[] {
    const since = this.#open.pop() ?? [];
    this.#open[this.#open.length - 1]?.push(...since);
    return since;
  }

  /** The writes that a value may come from, in document order. */
  writesIn(value: number): readonly Name[] {
    const found: Name[] = [];
    for (const each of this.#behind([value])) {
      const { write } = this.#at(each);
      if (write) found.push(write);
    }
    return found.sort((a, b) => a.start - b.start);
  }

  /** Puts names together whose values have one in common; a choice that no name has puts nothing together. */
  groups(named: readonly (readonly [name: Name, value: number])[]): ReadonlyMap<Name, readonly Name[]> {
    const parents = this.#values.map((_, index) => index);
    const rootOf = (value: number): number => {
      let root = value;
      while (parents[root] !== root) root = parents[root] ?? root;
      for (let at = value; at !== root; ) {
        const next = parents[at] ?? root;
        parents[at] = root;
        at = next;
      }
      return root;
    };
    for (const value of this.#behind(named.map(([, each]) => each))) {
      // What is not written yet is no value to have in common.
      for (const part of this.#at(value).among) if (part > unbound) parents[rootOf(part)] = rootOf(value);
    }
    const members = new Map<number, Set<Name>>();
    for (const [name, value] of named) {
      const known = members.get(rootOf(value));
      if (known) known.add(name);
      else members.set(rootOf(value), new Set([name]));
    }
    const groups = new Map<Name, readonly Name[]>();
    for (const group of members.values()) {
      const list = [...group];
      // `x += 1` both sees one value and gives another.
      for (const name of list) groups.set(name, groups.has(name) ? [...(groups.get(name) ?? []), ...list] : list);
    }
    return groups;
  }

  /** Values, and all that they may be one of. */
  *#behind(values: readonly number[]): Generator<number> {
    const known = new Set<number>();
    const pending = [...values];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (known.has(next)) continue;
      known.add(next);
      yield next;
      for (const part of this.#at(next).among) pending.push(part);
    }
  }

  #at(value: number): Value {
    return this.#values[value] ?? { write: undefined, among: [] };
  }

  #add(value: Value): number {
    return this.#values.push(value) - 1;
  }
}
