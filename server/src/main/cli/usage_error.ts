/** Arguments, settings or paths that nothing can be done with: one line on standard error, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
