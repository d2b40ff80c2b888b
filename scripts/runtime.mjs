/**
 * Packs what runs the lessons' programs into dist/runtime/: CPython in WebAssembly, its standard library, SQLAlchemy, and the worker
 * that joins them. `client/webview/runtime/LOCK.json` pins every part by its sha256; the wheels come from Python's own pip.
 *
 *   node scripts/build.mjs runtime
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as esbuild from "esbuild";

/** Of the standard library: what needs a terminal, a process, a socket or a test runner, and tools that nobody imports. */
const UNUSED_LIBRARY = [
  ..."antigravity bdb cProfile compileall doctest fileinput ftplib getpass imaplib mailbox modulefinder netrc nturl2path".split(
    " ",
  ),
  ..."pdb pickletools plistlib poplib profile pstats pty py_compile pyclbr pydoc rlcompleter smtplib socketserver".split(
    " ",
  ),
  ..."sre_compile sre_constants sre_parse tabnanny this timeit trace tty wave webbrowser zipapp __hello__".split(" "),
].map((name) => `${name}\\.py$`);
const UNUSED_PACKAGES =
  "_pyrepl __phello__ ctypes ensurepip multiprocessing pydoc_data site-packages unittest wsgiref xmlrpc"
    .split(" ")
    .map((name) => `${name}/`);
const UNUSED_OF_SQLALCHEMY = [
  "sqlalchemy/testing/",
  "sqlalchemy/ext/mypy/",
  "sqlalchemy/cyextension/.*px[di]$",
  "sqlalchemy/.*\\.(txt|typed)$",
  ".*\\.dist-info/(RECORD|WHEEL|top_level\\.txt)$",
];

/** Whose docstrings are read while running: Pyodide's own, and those of SQLAlchemy's events. */
const DOCUMENTED = "_?pyodide/|sqlalchemy/.*events\\.py";

/**
 * @param {{ root: string, options: import("esbuild").BuildOptions }} options `options` are for bundling what runs in a browser
 * @throws {Error} where a part is not the one that is locked, or a wheel cannot be had
 */
export async function buildRuntime({ root, options }) {
  const source = join(root, "client/webview/runtime");
  const outDir = join(root, "dist/runtime");
  const lock = JSON.parse(await readFile(join(source, "LOCK.json"), "utf8"));
  for (const { from, sha256 } of lock.files) await verify(join(root, "node_modules", from), sha256, from);

  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const packages = await packed(root, lock);
  const parts = {
    "python.wasm": join(root, "node_modules/pyodide/pyodide.asm.wasm"),
    "library.zip": join(packages, "library.zip"),
    "sqlalchemy.zip": join(packages, "sqlalchemy.zip"),
    "driver.py": join(source, "driver.py"),
  };
  for (const [name, from] of Object.entries(parts)) await copyFile(from, join(outDir, name));
  const { info } = JSON.parse(await readFile(join(root, "node_modules/pyodide/pyodide-lock.json"), "utf8"));
  await esbuild.build({
    ...options,
    define: { ...options.define, PYODIDE_BUILD: JSON.stringify(info) },
    format: "esm",
    sourcemap: false,
    entryPoints: [join(source, "worker.ts")],
    outfile: join(outDir, "worker.js"),
    external: ["node:*", "ws"],
    plugins: [withoutHost],
  });
  const sizes = await Promise.all(
    [...Object.keys(parts), "worker.js"].map(async (name) => [name, (await stat(join(outDir, name))).size]),
  );
  await writeFile(join(outDir, "parts.json"), `${JSON.stringify(Object.fromEntries(sizes))}\n`);
  await writeFile(join(outDir, "LICENSES.txt"), licenses(lock));
}

/** Pyodide's loader names a host to fetch packages from. The worker has no network, and what ships names no host. */
const withoutHost = {
  name: "without-host",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]pyodide[\\/]pyodide\.mjs$/ }, async ({ path }) => {
      const pieces = (await readFile(path, "utf8")).split(/https:\/\/[\w.]+\/pyodide\/v\$\{\w+\}\/full\//);
      if (pieces.length !== 2) throw new Error(`${path} does not name the host of its packages where it did`);
      return { contents: pieces.join("part:/"), loader: "js" };
    });
  },
};

/** @returns the folder with library.zip and sqlalchemy.zip: made once for each lock, since compiling takes some seconds */
async function packed(root, lock) {
  const cache = join(root, "node_modules/.cache/sqlalchemy-coach");
  const script = await readFile(join(root, "scripts/runtime/pack.py"), "utf8");
  const recipe = JSON.stringify([lock, script, UNUSED_LIBRARY, UNUSED_PACKAGES, UNUSED_OF_SQLALCHEMY, DOCUMENTED]);
  const folder = join(cache, `runtime-${createHash("sha256").update(recipe).digest("hex").slice(0, 16)}`);
  if (await exists(folder)) return folder;

  const wheels = await fetchWheels(cache, lock.wheels);
  const { loadPyodide } = await import("pyodide");
  // The order of what is in a set is part of a compiled file.
  const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
  const pack = (paths, leftOut) => {
    const proxy = python.globals.get("pack")(python.toPy(paths), leftOut.join("|"), DOCUMENTED);
    const bytes = proxy.toJs();
    proxy.destroy();
    return bytes;
  };
  python.runPython(script);
  for (const [at, wheel] of wheels.entries())
    python.FS.writeFile(`/tmp/${at}.zip`, new Uint8Array(await readFile(wheel)));
  const temporary = `${folder}.${process.pid}`;
  await mkdir(temporary, { recursive: true });
  const library = pack(["/lib/python314.zip"], [...UNUSED_LIBRARY, ...UNUSED_PACKAGES]);
  const sqlalchemy = pack(
    wheels.map((_, at) => `/tmp/${at}.zip`),
    UNUSED_OF_SQLALCHEMY,
  );
  await writeFile(join(temporary, "library.zip"), library);
  await writeFile(join(temporary, "sqlalchemy.zip"), sqlalchemy);
  await rename(temporary, folder).catch(async (error) => {
    await rm(temporary, { recursive: true, force: true });
    // Another build was faster.
    if (!(await exists(folder))) throw error;
  });
  return folder;
}

/** @returns paths of the wheels, which Python's pip fetches where they are not there yet */
async function fetchWheels(cache, wheels) {
  const folder = join(cache, "wheels");
  const paths = wheels.map(({ file }) => join(folder, file));
  await mkdir(folder, { recursive: true });
  if (!(await Promise.all(paths.map(exists))).every(Boolean)) {
    const requirements = join(folder, `requirements.${process.pid}.txt`);
    const pins = wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`);
    await writeFile(requirements, pins.join(""));
    const python = process.env["PYTHON"] ?? (process.platform === "win32" ? "python" : "python3");
    // Any Python and any machine will do: they are pure.
    const pure = [
      "--only-binary=:all:",
      "--platform=any",
      "--implementation=py",
      "--abi=none",
      "--python-version=3.14",
    ];
    const args = ["-m", "pip", "download", "--no-deps", "--require-hashes", "--quiet", "--disable-pip-version-check"];
    const { status, stderr, error } = spawnSync(python, [...args, ...pure, "--dest", folder, "-r", requirements], {
      encoding: "utf8",
    });
    await rm(requirements, { force: true });
    if (error)
      throw new Error(`Python with pip is needed to fetch SQLAlchemy for the lessons, and there is no \`${python}\`.`);
    if (status !== 0) {
      const why = stderr.match(/^ERROR.*$/m)?.[0] ?? stderr.trim();
      const names = wheels.map(({ name, version }) => `${name} ${version}`).join(" and ");
      throw new Error(`pip could not fetch ${names} for the lessons (is the package index reachable?): ${why}`);
    }
  }
  for (const [at, { file, sha256 }] of wheels.entries()) await verify(paths[at], sha256, file);
  return paths;
}

async function verify(path, sha256, name) {
  const actual = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (actual !== sha256) throw new Error(`${name} is not the file that client/webview/runtime/LOCK.json names`);
}

function licenses({ files, wheels }) {
  const pyodide = files[0].version;
  const [sqlalchemy, extensions] = wheels.map(({ name, version }) => `${name} ${version}`);
  return `What runs the programs of the lessons, and under which licence.

python.wasm, library.zip, worker.js: Pyodide ${pyodide} (npm: pyodide), Mozilla Public License 2.0; in it CPython and its standard
library, Python Software Foundation License 2. Their source is what these packages are made from, unchanged but for compiling the
library and leaving out docstrings and modules that cannot be used there.
sqlalchemy.zip: ${sqlalchemy} (PyPI: SQLAlchemy), MIT License; ${extensions} (PyPI: typing_extensions), Python Software Foundation
License 2. The text of each is inside, under its .dist-info/licenses.
`;
}

function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
