import { cp, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns a new empty folder outside the project; whoever asks removes it */
export async function temporaryFolder(purpose: string): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), `sqlalchemy-coach-${purpose}-`));
}

/** @returns a copy of a folder, so that what is done in the editor never touches the original */
export async function temporaryCopy(folder: string, purpose: string): Promise<string> {
  const copy = await temporaryFolder(purpose);
  try {
    await cp(folder, copy, { recursive: true });
    return copy;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
}

/**
 * A folder of links to what an extension is made of: without its packages, and without what tests keep beside it.
 *
 * @returns its path; whoever asks for it removes it
 */
export async function linkedExtension(extensionDir: string): Promise<string> {
  const linked = await temporaryFolder("extension");
  const entries = (await readdir(extensionDir)).filter((name) => name !== "node_modules" && !name.startsWith("."));
  await Promise.all(entries.map((name) => symlink(join(extensionDir, name), join(linked, name))));
  return linked;
}
