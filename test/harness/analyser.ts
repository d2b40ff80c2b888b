import { rules } from "../../server/src/rules/index.gen.ts";
import { createService, type RuleEntry, type Service } from "../../server/src/service/index.ts";
import { testParser } from "./parser.ts";

/** A service in which a rule that throws fails the test. */
export async function testService(entries: readonly RuleEntry[] = rules): Promise<Service> {
  return createService({
    parser: await testParser(),
    rules: entries,
    log: {
      fault(message) {
        throw new Error(message);
      },
    },
  });
}
