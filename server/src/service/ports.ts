import type { Rule } from "../engine/rule.ts";
import type { Parser } from "../syntax/index.ts";
import type { Memory } from "./memory.ts";
import type { Log } from "./types.ts";

/** What the analyser needs of where it runs. */
export interface Ports {
  readonly parser: Parser;
  readonly rules: readonly RuleEntry[];
  readonly log: Log;
  /** Without it every process begins anew. */
  readonly memory?: Memory;
  /** So much text of closed files is kept parsed at most, in UTF-16 units: some 25 bytes for each. */
  readonly mostParsed?: number;
  /** So many open documents are kept parsed at most, but for long ones and those on which others rest. */
  readonly mostAwake?: number;
}

/** A rule and the folder it lives in, as the generated index lists them. */
export interface RuleEntry {
  readonly family: string;
  readonly rule: Rule;
}
