import { Attribute, Call, type Expr, Name, Str } from "../syntax/index.ts";

/** The module by which a file names what the application puts on objects that frameworks hand around. */
export const sharedObjects = "<shared>";

/**
 * Objects that every part of an application gets handed, each by the names that it usually has: what one file puts there
 * another reads. Attributes are put on some, and entries into others.
 */
const byAttribute: readonly (readonly [name: RegExp, group: string])[] = [
  [/^(\w+_)?req(uest)?$/, "request"],
  [/^g$/, "g"],
  [/^(\w+_)?state$/, "state"],
  [/^(\w+_)?(app|application)$/, "app"],
];
const byEntry: readonly (readonly [name: RegExp, group: string])[] = [
  [/^(\w+_)?(settings|config)$/, "settings"],
  [/^(\w+_)?registry$/, "registry"],
  [/^(\w+_)?(app|application)$/, "app"],
  [/^(\w+_)?(environ|extensions)$/, "environ"],
];

const groupOf = (object: Expr, groups: typeof byAttribute): string | undefined =>
  groupNamed(object instanceof Attribute || object instanceof Name ? object.name : "", groups);

const groupNamed = (name: string, groups: typeof byAttribute): string | undefined =>
  groups.find(([known]) => known.test(name))?.[1];

/** "request.db": under which name all files know what is read; `undefined` for an object that is nobody else's. */
export function attributeName(object: Expr, name: string): string | undefined {
  const group = groupOf(object, byAttribute);
  return group && `${group}.${name}`;
}

/** "settings[db]" */
export function entryName(object: Expr, key: string): string | undefined {
  const group = groupOf(object, byEntry);
  return group && `${group}[${key}]`;
}

/** The name that such an object has, at the end of what stands before a place. */
const shared =
  /(?<![A-Za-z0-9])(?:req|request|g|state|app|application|settings|config|registry|environ|extensions)[ \t]*$/;
/** The longest of these names with what tells it from the end of a longer word. */
const longest = 20;
// What is rare is looked for first: a text is read for every file of a workspace.
const putting = /(?:\.(\w+)|\[["']([\w.-]+)["']\])[ \t]*(?::[^=\n]*)?=(?!=)/g;
const filled = /=[ \t]*(?:dict\(|\{)|\.(?:update|setdefault)\(/g;

/** How far behind the beginning of a dictionary its keys are looked for. */
const reach = 3000;

/** The names that a text may put on such objects, read off it without a parse: cheap and over-generous. */
export function namesPut(text: string): readonly string[] {
  const found = new Set<string>();
  const isShared = (index: number): boolean => shared.test(text.slice(Math.max(0, index - longest), index));
  for (const { index, 1: attribute, 2: key } of text.matchAll(putting)) {
    if (isShared(index)) found.add(attribute ?? key ?? "");
  }
  for (const { index } of text.matchAll(filled)) {
    if (!isShared(index)) continue;
    for (const [, key = ""] of text.slice(index, index + reach).matchAll(/["']?([\w.-]+)["']?[ \t]*[=:,]/g)) {
      found.add(key);
    }
  }
  return [...found];
}

/** What stands behind the group: "db" of "request.db" and of "settings[db]". */
export const nameIn = (name: string): string => /[.[](.+?)\]?$/.exec(name)?.[1] ?? name;

/** What one call or assignment puts there. */
export interface Put {
  readonly name: string;
  readonly value: Expr;
}

/** `request.state.db = …`, `app["engine"] = …`: of an assignment's target. */
export function putBy(target: Expr, value: Expr): readonly Put[] {
  if (target instanceof Attribute) {
    const name = attributeName(target.object, target.name);
    return [...(name === undefined ? [] : [{ name, value }]), ...filledBy(target, value)];
  }
  const [object, key] = target.children;
  if (target.type === "subscript" && object && key instanceof Str && key.value !== undefined) {
    const name = entryName(object, key.value);
    return name === undefined ? [] : [{ name, value }];
  }
  return target instanceof Name ? filledBy(target, value) : [];
}

/** `settings = dict(db=…)`, `settings = {"db": …}` */
function filledBy(object: Expr, value: Expr): readonly Put[] {
  return object instanceof Attribute || object instanceof Name ? filling(object.name, value) : [];
}

/** The same of a keyword: `TestApp(app, extra_environ={"db": …})`. */
function filling(object: string, value: Expr): readonly Put[] {
  const group = groupNamed(object, byEntry);
  return group === undefined ? [] : entriesOf(value).map(([key, each]) => ({ name: `${group}[${key}]`, value: each }));
}

/** `settings.update(db=…)`, `app.setdefault("db", …)`, `Application(settings=dict(db=…))` */
export function putByCall({ callee, positional, args }: Call): readonly Put[] {
  const options = args.flatMap(({ name, value }) => (name === undefined ? [] : filling(name, value)));
  return [...options, ...putByMethod(callee, positional, args)];
}

function putByMethod(callee: Expr, positional: readonly Expr[], args: Call["args"]): readonly Put[] {
  if (!(callee instanceof Attribute)) return [];
  const [first, second] = positional;
  if (callee.name === "setdefault" && first instanceof Str && first.value !== undefined && second) {
    const name = entryName(callee.object, first.value);
    return name === undefined ? [] : [{ name, value: second }];
  }
  if (callee.name !== "update") return [];
  const named = args.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const]));
  return [...(first ? entriesOf(first) : []), ...named].flatMap(([key, value]) => {
    const name = entryName(callee.object, key);
    return name === undefined ? [] : [{ name, value }];
  });
}

/** The keys and values of a literal dictionary, or of a call of `dict`. */
export function entriesOf(value: Expr): readonly (readonly [key: string, value: Expr])[] {
  if (value instanceof Call) {
    if (!(value.callee instanceof Name) || value.callee.name !== "dict") return [];
    return value.args.flatMap((arg) => (arg.name === undefined ? [] : [[arg.name, arg.value] as const]));
  }
  if (value.type !== "dictionary") return [];
  return value.children.flatMap((pair) => {
    const [key, each] = pair.children;
    return pair.type === "pair" && key instanceof Str && key.value !== undefined && each
      ? [[key.value, each] as const]
      : [];
  });
}
