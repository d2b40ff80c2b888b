// Installs what the tests need, builds, checks and runs every test: `npm test [-- --only FOLDER] [-- --grep TEXT]`.
// Only Node's own modules: on a clean clone nothing is installed yet.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies, requireNode, requirePython } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const optionOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

requireNode();
requirePython();
installDependencies();

const only = optionOf("--only");
run("generated files are fresh", process.execPath, ["scripts/rules.mjs", "--check"]);
if (!only) {
  run("lint and format", process.execPath, ["scripts/check.mjs"]);
}
run("build", process.execPath, ["scripts/build.mjs"]);
run("the table of rules in README.md is fresh", process.execPath, ["scripts/rules.mjs", "--check", "--readme"]);
run("build the tests", process.execPath, ["scripts/build.mjs", "tests"]);

const spec = only
  ? `out/test/${only.replace(/^test\//, "").replace(/(\.test)?\.ts$/, "")}{*,*/**/*}.test.mjs`
  : "out/test/**/*.test.mjs";
const grep = optionOf("--grep");
run("tests", process.execPath, [
  "--enable-source-maps",
  "node_modules/mocha/bin/mocha.js",
  "--timeout",
  "20000",
  ...(grep ? ["--grep", grep] : []),
  spec,
]);

function run(what, command, commandArgs) {
  console.log(`\n# ${what}`);
  const { status, error } = spawnSync(command, commandArgs, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) {
    console.error(`\nnpm test: ${what}: failed (exit status ${status})`);
    process.exit(status ?? 1);
  }
}
