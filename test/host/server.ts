import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Flags, toArguments } from "./flags.ts";
import { type Leashed, leashed, listening } from "./leashed.ts";
import { run } from "./run.ts";
import { temporaryFolder } from "./temporary.ts";

/** A running VS Code Server. */
export interface RunningServer extends Leashed {
  /** The part of its address after the scheme, as "127.0.0.1:8080". */
  readonly authority: string;
  /** Its user data and what is installed in it; removed when it ends. */
  readonly data: string;
}

export interface ServerOptions {
  /** VS Code Server's start script (`vscodeServer()`). */
  readonly serverMain: string;
  /** User settings of the workbench. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packed extension to install; without it nothing but VS Code's own extensions is there. */
  readonly vsix?: string | undefined;
  /** Whether folders open untrusted, in restricted mode; by default everything is trusted. */
  readonly workspaceTrust?: boolean;
  /** A secret that the address has to carry; without one, whoever reaches the port may use the machine. */
  readonly token?: string | undefined;
  /** Folders to remove when the server ends. */
  readonly owns?: readonly string[];
  /** Where to listen; by default on this machine only, at a free port. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Starts VS Code Server with fresh user data, and resolves when it listens. It cannot outlive this process (leash.mjs).
 *
 * @throws with the server's output when it ends or stays silent before it listens
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const data = await temporaryFolder("server");
  const owned = [data, ...(options.owns ?? [])];
  const folders = { "server-data-dir": data, "extensions-dir": join(data, "extensions") };
  const start = (flags: Flags) => [
    options.serverMain,
    ...toArguments({ ...folders, "accept-server-license-terms": true, ...flags }),
  ];
  try {
    await writeSettings(data, options.settings ?? {});
    if (options.vsix) await run(process.execPath, start({ "install-extension": options.vsix }));
  } catch (error) {
    await Promise.all(owned.map((folder) => rm(folder, { recursive: true, force: true })));
    throw error;
  }
  const command = start({
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    "connection-token": options.token,
    "without-connection-token": options.token === undefined,
    "disable-workspace-trust": !options.workspaceTrust,
    "telemetry-level": "off",
    // From VS Code 1.139 on, the address may name tests only with it.
    "enable-smoke-test-driver": true,
  });
  const server = leashed([process.execPath, ...command], owned);
  const port = await listening(server, /host agent listening on (\d+)/);
  return Object.freeze({ ...server, authority: `${reachable(options.host)}:${port}`, data });
}

/** A server that listens on all addresses is reached by the machine's name, from elsewhere too. */
function reachable(host = "127.0.0.1"): string {
  return host === "0.0.0.0" || host === "::" ? hostname() : host;
}

async function writeSettings(data: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const user = join(data, "data/User");
  await mkdir(user, { recursive: true });
  await writeFile(join(user, "settings.json"), JSON.stringify(settings));
}
