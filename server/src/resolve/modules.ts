/** Finds the file behind an import. Knows paths only: no file is read, no interpreter asked. */
export class ModuleIndex {
  /** Files by the last part of their module's name. */
  readonly #byName = new Map<string, Set<string>>();
  /** Answers by the importing folder and the module, until the set of files changes. */
  readonly #found = new Map<string, string | undefined>();

  add(uri: string): void {
    this.#found.clear();
    const name = lastName(uri);
    if (name === undefined) return;
    const known = this.#byName.get(name);
    if (known) known.add(uri);
    else this.#byName.set(name, new Set([uri]));
  }

  remove(uri: string): void {
    this.#found.clear();
    const name = lastName(uri);
    if (name !== undefined) this.#byName.get(name)?.delete(uri);
  }

  has(uri: string): boolean {
    return this.#byName.get(lastName(uri) ?? "")?.has(uri) ?? false;
  }

  /** The file that `module`, as written in the file `from`, means. */
  find(from: string, module: string): string | undefined {
    const key = `${parentOf(from)} ${module}`;
    const known = this.#found.get(key);
    if (known !== undefined || this.#found.has(key)) return known;
    const found = this.#look(from, module);
    this.#found.set(key, found);
    return found;
  }

  #look(from: string, module: string): string | undefined {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0;
    if (dots > 0) {
      let folder = parentOf(from);
      for (let level = 1; level < dots; level++) folder = parentOf(folder);
      const path = module.slice(dots).replaceAll(".", "/");
      return this.#in(path === "" ? folder : `${folder}/${path}`);
    }
    return this.#absolute(from, module.replaceAll(".", "/"));
  }

  #in(path: string): string | undefined {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const known = this.#byName.get(name);
    return forms.map((form) => path + form).find((uri) => known?.has(uri));
  }

  /**
   * Python's path can't be known: of the files whose path ends in the module's, the one whose root lies nearest above
   * the importing file; else (`src/` layouts, several roots) the only one.
   */
  #absolute(from: string, path: string): string | undefined {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const candidates = [...(this.#byName.get(name) ?? [])].flatMap((uri) => {
      const form = forms.find((ending) => uri.endsWith(`/${path}${ending}`));
      return form === undefined
        ? []
        : [{ uri, root: uri.slice(0, -(path.length + form.length)), stub: form.endsWith("i") }];
    });
    // The folder of a package is no root of Python's path: `tests/app/` with `tests/__init__.py` is not `app`.
    const roots = candidates.filter(({ root }) => !this.#isPackage(root));
    if (roots.length > 0 && roots.length < candidates.length) candidates.splice(0, candidates.length, ...roots);
    const above = candidates.filter(({ root }) => from.startsWith(root));
    const [best] = (above.length > 0 ? above : candidates).sort(
      (a, b) => b.root.length - a.root.length || Number(b.stub) - Number(a.stub),
    );
    if (above.length > 0) return best?.uri;
    const distinct = new Set(candidates.map(({ root }) => root));
    // A file of that name somewhere else in a large tree is a chance hit, unless it is a package's path of some length.
    return distinct.size === 1 || path.includes("/") ? best?.uri : undefined;
  }

  #isPackage(root: string): boolean {
    const init = `${root}__init__.py`;
    return this.#byName.get(lastName(init) ?? "")?.has(init) ?? false;
  }
}

const forms = [".py", "/__init__.py", ".pyi", "/__init__.pyi"] as const;

const parentOf = (uri: string): string => uri.slice(0, Math.max(0, uri.lastIndexOf("/")));

/** "models" of `…/models.py` and of `…/models/__init__.py`. */
function lastName(uri: string): string | undefined {
  return /\/([^/]+?)(?:\/__init__)?\.pyi?$/.exec(uri)?.[1];
}
