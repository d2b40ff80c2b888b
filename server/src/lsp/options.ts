import * as z from "zod/mini";
import type { InitializationOptions } from "../protocol.ts";

const schema = z.object({
  settings: z.optional(z.unknown()),
  lessonCommand: z.optional(z.boolean()),
  findingsCommand: z.optional(z.boolean()),
  files: z.optional(z.boolean()),
  status: z.optional(z.boolean()),
  quarantine: z.optional(z.array(z.object({ uri: z.string(), version: z.number() })).check(z.maxLength(1000))),
  strings: z.optional(z.record(z.string(), z.string())),
});

/** What a client passed, or nothing where it passed something else: other clients have options of their own. */
export function readOptions(raw: unknown): InitializationOptions {
  const parsed = z.safeParse(schema, raw);
  if (!parsed.success) return {};
  const known = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as InitializationOptions;
}
