import { rules } from "../rules/index.gen.ts";
import { createService } from "../service/index.ts";
import { createParser, type Grammar } from "../syntax/index.ts";
import type { ServiceFactory } from "./ports.ts";

/** The real analyser, from the bytes of the grammar; rejects where those can't be had or aren't a grammar. */
export const analyserFrom = (grammar: () => Promise<Grammar>) => async (): Promise<ServiceFactory> => {
  const parser = await createParser(await grammar());
  return (log) => createService({ parser, rules, log });
};
