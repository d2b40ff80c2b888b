import { element } from "../dom.ts";

export type Language = "python" | "sql";

/** Groups are named after the classes of theme.css; what matches none is plain. */
const PYTHON = new RegExp(
  [
    /(?<comment>#.*)/,
    /(?<string>(?:\b[rbfuRBFU]{1,2})?(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
    /(?<keyword>\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b|[-+*/%=<>!&|^~@]+)/,
    /(?<constant>\b(?:None|True|False)\b|\b\d[\w.]*)/,
    /(?<function>\b[A-Za-z_]\w*(?=\())/,
    /\w+/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);
const SQL = new RegExp(
  [
    /(?<comment>--.*)/,
    /(?<string>'(?:''|[^'])*'?)/,
    /(?<keyword>\b(?:ALL|ALTER|AND|AS|ASC|BEGIN|BETWEEN|BY|CASE|CHECK|COMMIT|CONFLICT|CONSTRAINT|CREATE|CROSS|DEFAULT|DELETE|DESC|DISTINCT|DO|DROP|ELSE|END|EXCEPT|EXISTS|FOREIGN|FROM|FULL|GROUP|HAVING|IN|INDEX|INNER|INSERT|INTERSECT|INTO|IS|JOIN|KEY|LEFT|LIKE|LIMIT|NOT|NULL|OFFSET|ON|OR|ORDER|OUTER|OVER|PARTITION|PRAGMA|PRIMARY|RECURSIVE|REFERENCES|RETURNING|ROLLBACK|SAVEPOINT|SELECT|SET|TABLE|THEN|UNION|UNIQUE|UPDATE|VALUES|VIEW|WHEN|WHERE|WITH)\b|[-+*/%=<>!|]+)/,
    /(?<constant>\b\d[\w.]*)/,
    /(?<function>\b[A-Za-z_]\w*(?=\())/,
    /\w+/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Code as nodes, line by line: text and coloured spans of text. Nothing in it is ever read as HTML. */
export function highlighted(code: string, language: Language): (Node | string)[][] {
  const lines: (Node | string)[][] = [[]];
  const add = (text: string, kind?: string) => {
    for (const [at, part] of text.split("\n").entries()) {
      if (at > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push(kind === undefined ? part : element("span", { class: `t-${kind}` }, part));
    }
  };
  let end = 0;
  for (const match of code.matchAll(language === "python" ? PYTHON : SQL)) {
    add(code.slice(end, match.index));
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    add(match[0], kind);
    end = match.index + match[0].length;
  }
  add(code.slice(end));
  return lines;
}

/** A block of code that cannot be edited. It may scroll sideways, so it can be focused. */
export function codeBlock(code: string, language?: Language): HTMLElement {
  const lines = language === undefined ? [[code]] : highlighted(code, language);
  const nodes = lines.flatMap((line, at) => (at === 0 ? line : ["\n", ...line]));
  return element("pre", { class: "code", tabindex: "0" }, element("code", {}, ...nodes));
}
