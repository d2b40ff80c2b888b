import { announce } from "./announce.ts";
import type { createProgram, ProgramOptions, ProgramView } from "./program/program.ts";

// This script's own address tells where the rest of the extension is.
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

/** A program that can be edited and run; what that takes is loaded now. Rejects where it can't be. */
export async function loadProgram(options: Omit<ProgramOptions, "base" | "announce">): Promise<ProgramView> {
  const module: { createProgram: typeof createProgram } = await import(new URL("program.js", script).href);
  return module.createProgram({ ...options, base: new URL("../runtime/", script).href, announce });
}
