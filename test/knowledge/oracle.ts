import { join } from "node:path";
import { oracle } from "../../scripts/oracle.mjs";
import { root } from "../harness/parser.ts";

/** Runs a script of this folder in an oracle environment, JSON in and JSON out. */
export async function ask<Answer>(environment: string, script: string, input: unknown): Promise<Answer> {
  const { run } = await oracle(environment);
  const { code, stdout, stderr } = await run(join(root, "test/knowledge", script), { input: JSON.stringify(input) });
  if (code !== 0) throw new Error(`${script} on ${environment}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
