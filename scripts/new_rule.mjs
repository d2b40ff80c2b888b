// Starts a rule: `npm run new-rule FAMILY/ID` writes the rule, its fixture and its page of prose.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [, family, id] = /^([a-z]+)\/([a-z][a-z0-9-]*)$/.exec(process.argv[2] ?? "") ?? [];
if (!family || !id) {
  console.error("usage: npm run new-rule FAMILY/ID, for example core/select-list");
  process.exit(2);
}

const files = {
  [`server/src/rules/${family}/${id}.ts`]: `import { rule } from "../../engine/index.ts";

export default rule({
  id: "${id}",
  title: "Say what to do: why",
  lesson: "core-vs-orm",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [],
  on: { call: ["sqlalchemy.select"] },
  check(call, ctx) {
    if (ctx.valueOf(call).kind === "unknown") return undefined;
    return { at: call, fix: { why: "Say why there is no edit, or return one." } };
  },
});
`,
  [`test/rules/${id}.md`]: `# ${id}

What is found.

\`\`\`py
from sqlalchemy import select
select(1)  # error: [${id}] explain
\`\`\`

What is not.

\`\`\`py
from select import select
select([], [], [])
\`\`\`
`,
  [`content/rules/${id}.md`]: "## What happens\n\n## Why\n\n## The fix\n\n## When not to\n",
};
for (const [path, text] of Object.entries(files)) {
  if (existsSync(join(root, path))) {
    console.error(`${path} is there already`);
    process.exit(1);
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(path);
}
await import("./rules.mjs");
