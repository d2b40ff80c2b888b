import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
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
