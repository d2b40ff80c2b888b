import { getHeapStatistics } from "node:v8";

/** What a parsed and resolved UTF-16 unit of Python takes in the heap, in bytes: measured on a million lines. */
const bytesPerUnit = 25;

/** How much text may be kept parsed in a share of the heap that this process has at most. */
export const parsedWithin = (share: number): number =>
  Math.floor((getHeapStatistics().heap_size_limit * share) / bytesPerUnit);
