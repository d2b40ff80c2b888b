import type { FileKind } from "../protocol.ts";
import type { Log, Service } from "../service/types.ts";

/** What the protocol layer needs of its host, be it a process or a worker. */
export interface ServerPorts {
  /** Loads the analyser. Called once, at the start; until it is done documents are kept and requests wait. */
  readonly services: () => Promise<ServiceFactory>;
  readonly files: FilePort;
  /** Lets messages that have arrived be read: between two turns a cancellation can take effect. */
  readonly turn: () => Promise<void>;
}

/** Makes one analyser a workspace folder; they share the parser. */
export type ServiceFactory = (log: Log) => Service;

export type LeavesOut = (uri: string, isFolder: boolean) => boolean;

export interface FilePort {
  /** The text without a byte order mark; `undefined` where it can't be read or isn't UTF-8. */
  read(uri: string): Promise<string | undefined>;
  /**
   * Uris of files below `folder`, at most `limit`, in a stable order; virtual environments and packages are left out.
   *
   * @param leavesOut whether a file, or all of a folder, is not wanted
   */
  find(folder: string, kind: FileKind, limit: number, leavesOut?: LeavesOut): Promise<readonly string[]>;
}
