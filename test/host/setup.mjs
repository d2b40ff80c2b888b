// Makes both real-editor hosts ready ahead of their first use, as for a CI cache: `node test/host/setup.mjs`.
import { load } from "./load.mjs";

const progress = (line) => process.stdout.write(`${line}\n`);

try {
  const host = await load("host");
  if (await host.desktop(process.env["COACH_HOST"], progress)) progress("desktop VS Code: ready");
  else await host.vscodeServer(progress).then(() => progress("VS Code Server: ready"));
  const web = await load("web");
  await web.webWorkbench(progress);
  progress("serverless workbench: ready");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
