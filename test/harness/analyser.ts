import { rules } from "../../server/src/rules/index.gen.ts";
import { createService, type Ports, type RuleEntry, type Service } from "../../server/src/service/index.ts";
import { testParser } from "./parser.ts";

/** A service in which a rule that throws fails the test. */
export async function testService(
  entries: readonly RuleEntry[] = rules,
  further: Pick<Ports, "mostParsed" | "mostAwake"> = {},
): Promise<Service> {
  return createService({
    parser: await testParser(),
    ...further,
    rules: entries,
    log: {
      fault(message) {
        throw new Error(message);
      },
    },
  });
}
