import { basename, dirname } from "node:path";

/** A file before it is decoded. */
export interface RawFile {
  /** Absolute. */
  readonly file: string;
  /** Read anew each time it is asked for: a big project need not fit into memory. */
  bytes(): Buffer;
}

const toBytes = (names: readonly string[]): readonly Buffer[] => names.map((name) => Buffer.from(name));

/** Each is one more pass over every file: "sqla" stands for "sqlalchemy" as well. */
const libraries = toBytes(["sqla", "sqlmodel", "SQLAlchemy", "alembic", "oslo_db", "flask_appbuilder"]);
const airflow = Buffer.from("airflow.");
const airflows = toBytes(["airflow.utils.session", "airflow.utils.db", "airflow.settings"]);
const conventional = toBytes(["session", "Session", "engine"]);

/** Whether a file names SQLAlchemy, or a library over it, at all. */
export function namesLibrary(bytes: Buffer): boolean {
  const holds = (name: Buffer): boolean => bytes.includes(name);
  return libraries.some(holds) || (holds(airflow) && airflows.some(holds));
}

/**
 * The files of a project that SQLAlchemy's objects can reach, by absolute path: those that name it, those that import from such a file,
 * however far, those that use a conventional name, and the classes that a file of them maps by calls. Judged by the words
 * of import statements, so rather too many than too few. Empty where no file names SQLAlchemy.
 */
export function reachedFiles(files: readonly RawFile[], naming: ReadonlySet<string>): ReadonlySet<string> {
  const reached = new Set(naming);
  if (naming.size === 0) return reached;
  const importers = new Map<string, string[]>();
  for (const { file, bytes } of files) {
    if (reached.has(file)) continue;
    const content = bytes();
    if (conventional.some((name) => content.includes(name))) reached.add(file);
    else for (const word of importedWords(file, content.toString("latin1"))) append(importers, word, file);
  }
  const pending = [...reached];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const importer of importers.get(moduleWord(file)) ?? []) {
      if (reached.has(importer)) continue;
      reached.add(importer);
      pending.push(importer);
    }
  }
  const mapping = files.filter(({ file, bytes }) => naming.has(file) && mapsClasses(bytes()));
  return mapping.length > 0 ? new Set([...reached, ...importedFiles(files, mapping)]) : reached;
}

/** What mapping files import, however far: a class that a call maps need not know of SQLAlchemy. */
function importedFiles(files: readonly RawFile[], from: readonly RawFile[]): ReadonlySet<string> {
  const modules = new Map<string, RawFile[]>();
  for (const each of files) append(modules, moduleWord(each.file), each);
  const found = new Set(from.map(({ file }) => file));
  const pending = [...from];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const word of importedWords(next.file, next.bytes().toString("latin1"))) {
      for (const module of modules.get(word) ?? []) {
        if (found.has(module.file)) continue;
        found.add(module.file);
        pending.push(module);
      }
    }
  }
  return found;
}

/** `mapper(Author, authors)`, `registry.map_imperatively(Author, authors)` */
const mapsClasses = (bytes: Buffer): boolean =>
  mappers.some((name) => bytes.includes(name)) && /\b(?:mapper|map_\w+)[ \t]*\(/.test(bytes.toString("latin1"));

const mappers = toBytes(["mapper", "map_imperatively"]);

/** `app/db.py` -> "db", `app/__init__.py` -> "app". */
function moduleWord(file: string): string {
  const name = basename(file).replace(/\.\w+$/, "");
  return name === "__init__" ? basename(dirname(file)) : name;
}

/** Every word of a file's import statements, and the names of the packages that its dots stand for. */
function importedWords(file: string, text: string): ReadonlySet<string> {
  const words = new Set<string>();
  // Notebooks have their statements in JSON strings, where a line begins with a quote.
  for (const [, from = "", names = ""] of text.matchAll(
    /^[ \t"]*(?:from\s+([.\w]+)\s+)?import\s+(\([^)]*\)|[^\n]*)/gm,
  )) {
    for (const word of `${from} ${names}`.match(/\w+/g) ?? []) words.add(word);
    let folder = dirname(file);
    for (const _dot of /^\.*/.exec(from)?.[0] ?? "") {
      words.add(basename(folder));
      folder = dirname(folder);
    }
  }
  // pytest hands a fixture over by its name alone.
  if (/^(?:test_.*|.*_test|conftest)\.py$/.test(basename(file))) words.add("conftest");
  return words;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
