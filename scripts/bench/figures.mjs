// What a list of figures says, and how two of them compare.

/** @param {readonly number[]} figures */
export function median(figures) {
  return quantile(figures, 0.5);
}

/** @param {readonly number[]} figures @param {number} share from 0 to 1 */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The least disturbed round of each: what a busy machine adds, it adds to single rounds. */
export const ratioOfMinima = (ours, reference) => Math.min(...ours) / Math.min(...reference);
export const differenceOfMinima = (ours, reference) => Math.min(...ours) - Math.min(...reference);
export const minimum = (ours) => Math.min(...ours);
export const maximum = (ours) => Math.max(...ours);
