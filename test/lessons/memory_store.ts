import type { Store } from "../../client/src/lessons/progress.ts";

/** A `globalState` in memory. Values go through JSON, as VS Code's do. */
export interface MemoryStore extends Store {
  readonly values: Map<string, unknown>;
  readonly synced: () => readonly string[];
}

export function memoryStore(): MemoryStore {
  const values = new Map<string, unknown>();
  let synced: readonly string[] = [];
  return {
    values,
    synced: () => synced,
    get: (key) => values.get(key),
    async update(key, value) {
      if (value === undefined) values.delete(key);
      else values.set(key, JSON.parse(JSON.stringify(value)));
    },
    setKeysForSync(keys) {
      synced = keys;
    },
  };
}
