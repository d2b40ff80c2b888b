export type { Memory } from "./memory.ts";
export type { Ports, RuleEntry } from "./ports.ts";
export { createService, defaultConfig } from "./service.ts";
export type * from "./types.ts";
