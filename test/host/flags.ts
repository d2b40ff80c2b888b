/** Command line flags by name: `true` sets one, `false` or `undefined` leaves it out. */
export type Flags = Readonly<Record<string, string | number | boolean | undefined>>;

/** @returns the flags as arguments, as ["--port=0", "--verbose"] */
export function toArguments(flags: Flags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value}`];
  });
}
