import { announce } from "../announce.ts";
import type { createProgram, ProgramOptions, ProgramView } from "../program/program.ts";

/** A program that can be edited and run; what that takes is loaded now. Rejects where it can't be. */
export async function loadProgram(options: Omit<ProgramOptions, "base" | "announce">): Promise<ProgramView> {
  // This module's own address tells where the rest of the extension is.
  const program = new URL("program.js", import.meta.url).href;
  const module: { createProgram: typeof createProgram } = await import(program);
  return module.createProgram({ ...options, base: new URL("../runtime/", program).href, announce });
}
