import { type Cuts, uncut } from "./facts.ts";

/** Answers by what they are about. One that was cut short is not kept, and a question that leads back to itself is cut short. */
export class Remembered<K, V> {
  readonly #known = new Map<K, V>();
  readonly #asked = new Set<K>();
  readonly #cuts: Cuts;

  constructor(cuts: Cuts) {
    this.#cuts = cuts;
  }

  of(key: K, make: () => V): V | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    if (this.#asked.has(key)) {
      this.#cuts.count++;
      return undefined;
    }
    this.#asked.add(key);
    try {
      return uncut(this.#cuts, make, (made) => this.#known.set(key, made));
    } finally {
      this.#asked.delete(key);
    }
  }
}
