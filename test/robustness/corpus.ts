import type { Target } from "../../server/src/engine/finding.ts";
import { defaultConfig, type Service } from "../../server/src/service/index.ts";
import { testService } from "../harness/analyser.ts";
import { fixturesIn } from "../harness/markdown.ts";

/** A real-looking program: what the fixtures of a rule hold, without their expectations. */
export interface Program {
  /** Where it stands, for messages: "query-get.md:12". */
  readonly name: string;
  readonly target: Target;
  readonly files: readonly { readonly uri: string; readonly text: string }[];
}

export const programs: readonly Program[] = fixturesIn("test/rules").flatMap(({ name, tries }) =>
  tries.map(
    ({ files, line, target }): Program => ({
      name: `${name}.md:${line}`,
      target: (target ?? "2.0") as Target,
      files: files.map(({ path, code }) => ({ uri: `file:///workspace/${path}`, text: withoutExpectations(code) })),
    }),
  ),
);

/** A service that knows all files of a program; a rule that throws fails the test. */
export async function serviceOf(program: Program, change = (text: string): string => text): Promise<Service> {
  const service = await testService();
  service.configure({ ...defaultConfig, target: program.target });
  for (const { uri, text } of program.files) put(service, uri, change(text));
  return service;
}

export function put(service: Service, uri: string, text: string, version = 1): void {
  service.apply([{ kind: "set", uri, version, text, open: false }]);
}

function withoutExpectations(code: string): string {
  return code.replaceAll(/[ \t]*# error: .*$/gm, "");
}
