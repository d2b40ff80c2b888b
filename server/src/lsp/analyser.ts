import { rules } from "../rules/index.gen.ts";
import { createService, type Memory } from "../service/index.ts";
import { createParser, type Grammar } from "../syntax/index.ts";
import type { ServiceFactory } from "./ports.ts";

/** What a host has, and may be without. */
export interface Host {
  /** Where findings outlive the process; the workspace folders share it. */
  readonly remember?: (note: (message: string) => void) => Memory;
  /** How much text of closed files each workspace folder keeps parsed at most, in UTF-16 units. */
  readonly mostParsed?: number;
}

/** The real analyser, from the bytes of the grammar; rejects where those can't be had or aren't a grammar. */
export const analyserFrom =
  (grammar: () => Promise<Grammar>, { remember, mostParsed }: Host = {}) =>
  async (): Promise<ServiceFactory> => {
    const parser = await createParser(await grammar());
    let memory: Memory | undefined;
    return (log) => {
      memory ??= remember?.((message) => log.fault(message));
      const room = mostParsed === undefined ? {} : { mostParsed };
      return createService({ parser, rules, log, ...room, ...(memory && { memory }) });
    };
  };
