import { rules } from "../rules/index.gen.ts";
import { createService, type Memory } from "../service/index.ts";
import { createParser, type Grammar } from "../syntax/index.ts";
import type { ServiceFactory } from "./ports.ts";

/**
 * The real analyser, from the bytes of the grammar; rejects where those can't be had or aren't a grammar.
 *
 * @param remember where findings outlive the process; the workspace folders share it
 */
export const analyserFrom =
  (grammar: () => Promise<Grammar>, remember?: (note: (message: string) => void) => Memory) =>
  async (): Promise<ServiceFactory> => {
    const parser = await createParser(await grammar());
    let memory: Memory | undefined;
    return (log) => {
      memory ??= remember?.((message) => log.fault(message));
      return createService({ parser, rules, log, ...(memory && { memory }) });
    };
  };
