import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { patience } from "../harness/patience.ts";

const timeout = patience.step;
const args = [
  // Chromium refuses its sandbox to root, as which containers run; it only ever shows our own server here.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a headless Chromium that stays off the network.
 *
 * @param executablePath the browser's program
 */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args, timeout });
}

/**
 * The same with a profile in a folder, as a person has one, in which frames of another origin may have a service worker. They may not
 * in what `launchBrowser` opens, which is a private window, nor by the defaults of a newer Chromium.
 */
export async function launchProfile(executablePath: string, folder: string): Promise<BrowserContext> {
  const preferences = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } };
  await mkdir(join(folder, "Default"), { recursive: true });
  await writeFile(join(folder, "Default/Preferences"), JSON.stringify(preferences));
  const viewport = { width: 1280, height: 900 };
  return chromium.launchPersistentContext(folder, { executablePath, args, timeout, viewport });
}
