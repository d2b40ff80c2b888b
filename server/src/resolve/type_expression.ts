/**
 * The type expressions of the knowledge table (`returns`), parsed once each. The grammar stands in
 * `knowledge/index.ts`; this file and `evaluate` in calls.ts are its only readers.
 */
export type TypeExpression =
  | { readonly kind: "name"; readonly name: string; readonly holds: TypeExpression | undefined }
  /** `$self`, `$T`, `$rows`, `$owner`, `$instance(0)`, `$arg(0)`, `$argT(0)`, `$class(class_,D)` */
  | { readonly kind: "variable"; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: "union"; readonly members: readonly TypeExpression[] };

const parsed = new Map<string, TypeExpression>();

/** Throws on text outside of the grammar: a test parses the whole table, so this is a bug of the table. */
export function parseTypeExpression(text: string): TypeExpression {
  let result = parsed.get(text);
  if (!result) {
    const reader = new Reader(text);
    result = reader.union();
    reader.end();
    parsed.set(text, result);
  }
  return result;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (this.#at < this.#text.length) throw new Error(`type expression ${this.#text}: unexpected text at ${this.#at}`);
  }

  union(): TypeExpression {
    const members = [this.#item()];
    while (this.#skip("|")) members.push(this.#item());
    const [first] = members;
    return members.length === 1 && first ? first : { kind: "union", members };
  }

  #item(): TypeExpression {
    if (this.#skip("$")) {
      const name = this.#word();
      if (!this.#skip("(")) return { kind: "variable", name, args: [] };
      const close = this.#text.indexOf(")", this.#at);
      if (close < 0) throw new Error(`type expression ${this.#text}: unclosed parenthesis`);
      const args = this.#text.slice(this.#at, close).split(",");
      this.#at = close + 1;
      return { kind: "variable", name, args: args.map((arg) => arg.trim()) };
    }
    const name = this.#word();
    if (!this.#skip("[")) return { kind: "name", name, holds: undefined };
    const holds = this.union();
    if (!this.#skip("]")) throw new Error(`type expression ${this.#text}: unclosed bracket`);
    return { kind: "name", name, holds };
  }

  #word(): string {
    const start = this.#at;
    while (/[\w.]/.test(this.#text.charAt(this.#at))) this.#at++;
    if (this.#at === start) throw new Error(`type expression ${this.#text}: a name is missing at ${start}`);
    return this.#text.slice(start, this.#at);
  }

  #skip(token: string): boolean {
    if (this.#text.charAt(this.#at) !== token) return false;
    this.#at++;
    return true;
  }
}
