/** Which open documents were parsed last. */
export class Recent {
  readonly #uris = new Set<string>();
  readonly #most: number;

  /** @param most so many count as recent */
  constructor(most: number) {
    this.#most = most;
  }

  touch(uri: string): void {
    this.#uris.delete(uri);
    this.#uris.add(uri);
  }

  delete(uri: string): void {
    this.#uris.delete(uri);
  }

  /** Takes out those that were parsed longest ago, where there are too many. */
  takeOthers(): readonly string[] {
    const others = [...this.#uris].slice(0, Math.max(0, this.#uris.size - this.#most));
    for (const uri of others) this.#uris.delete(uri);
    return others;
  }
}
