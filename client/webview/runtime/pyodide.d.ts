/** The package says nothing of the type of its larger half, which it loads by itself where it may. */
declare module "pyodide/pyodide.asm.mjs" {
  import type { PyodideConfig } from "pyodide";

  const createPyodideModule: NonNullable<PyodideConfig["createPyodideModule"]>;

  // biome-ignore lint/style/noDefaultExport: it is theirs
  export { createPyodideModule as default };
}
