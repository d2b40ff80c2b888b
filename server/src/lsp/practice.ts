import type { JudgeParams, JudgeResult } from "../protocol.ts";
import { defaultSettings, toConfig } from "./config.ts";
import { Lines } from "./lines.ts";
import type { Projects } from "./projects.ts";

/** No client has a document of this name. */
const uri = "sqlalchemy-coach:exercise.py";

/** Judges what a learner makes of an exercise: for 2.0, whatever the projects of the workspace are on. */
export async function judge({ setup, code }: JudgeParams, projects: Promise<Projects>): Promise<JudgeResult> {
  const service = (await projects).detached();
  try {
    service.configure(toConfig({ ...defaultSettings, target: "2.0" }, {}));
    const text = `${setup}\n${code}`;
    service.apply([{ kind: "set", uri, version: 1, text, open: false }]);
    const lines = new Lines(text);
    const ahead = lines.positionAt(setup.length + 1).line;
    const findings = service.findings(uri).flatMap(({ span, rule, message }) => {
      const line = lines.positionAt(span.start).line - ahead + 1;
      return line > 0 ? [{ line, rule, message }] : [];
    });
    return { findings };
  } finally {
    service.dispose();
  }
}
