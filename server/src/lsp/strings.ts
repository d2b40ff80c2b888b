/** Says an English sentence in the editor's language; `{0}`, `{1}`… stand for `args`. */
export type Translate = (english: string, ...args: readonly (string | number)[]) => string;

/** @param strings translations by the English sentence; a sentence without one stays English */
export function translator(strings: Readonly<Record<string, string>> = {}): Translate {
  const known = new Map(Object.entries(strings).filter(([, text]) => typeof text === "string"));
  return (english, ...args) =>
    (known.get(english) ?? english).replace(/\{(\d+)\}/g, (hole, index: string) => String(args[Number(index)] ?? hole));
}
