/** A workspace behind a virtual file system that can't be searched: paths and texts, asked for one folder at a time. */
import { join } from "node:path/posix";

export const files = new Map<string, string>();

export const FileType = { File: 1, Directory: 2 } as const;

export class Uri {
  readonly scheme: string;
  readonly path: string;
  constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.path = path;
  }
  static parse(text: string): Uri {
    const at = text.indexOf(":");
    return new Uri(text.slice(0, at), text.slice(at + 1));
  }
  static joinPath({ scheme, path }: Uri, name: string): Uri {
    return new Uri(scheme, join(path, name));
  }
  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

export class RelativePattern {}

export const workspace = {
  findFiles: async () => [],
  fs: {
    async readDirectory({ path }: Uri): Promise<[string, number][]> {
      const below = [...files.keys()].filter((file) => file.startsWith(`${path}/`));
      if (below.length === 0) throw new Error(`there is no ${path}`);
      const names = new Set(below.map((file) => file.slice(path.length + 1).split("/", 1)[0] ?? ""));
      return [...names].map((name) => [name, files.has(join(path, name)) ? FileType.File : FileType.Directory]);
    },
  },
};
