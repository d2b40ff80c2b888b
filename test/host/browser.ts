import { type Browser, chromium } from "playwright-core";
import { patience } from "../harness/patience.ts";

/**
 * Starts a headless Chromium that stays off the network.
 *
 * @param executablePath the browser's program
 */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: patience.step,
    args: [
      // Chromium refuses its sandbox to root, as which containers run; it only ever shows our own server here.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
