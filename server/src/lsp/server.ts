import { type Connection, ResponseError } from "vscode-languageserver";
import { serverCapabilities } from "./capabilities.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { ServerPorts } from "./ports.ts";
import { Session } from "./session.ts";

/** Speaks LSP on a connection that isn't listening yet: the same for a process and for a worker. */
export function startServer(connection: Connection, ports: ServerPorts): void {
  const lifecycle = new Lifecycle(connection);
  let session: Session | undefined;
  connection.onInitialize((params) => {
    try {
      lifecycle.initialize();
    } catch (error) {
      if (error instanceof ResponseError) return error;
      throw error;
    }
    session = new Session(connection, ports, lifecycle, params);
    return {
      capabilities: serverCapabilities(session.features, session.wantsWorkspace),
      serverInfo: { name: "sqlalchemy-coach" },
    };
  });
  connection.onInitialized(lifecycle.notice("initialized", () => session?.initialized()));
  connection.onShutdown(() => {
    lifecycle.shutdown();
    session?.dispose();
  });
  connection.listen();
}
