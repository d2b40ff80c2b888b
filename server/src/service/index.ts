export type { Memory } from "./memory.ts";
export { createService, defaultConfig, type Ports, type RuleEntry } from "./service.ts";
export type * from "./types.ts";
