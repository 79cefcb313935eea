// @ts-check
import { chromium } from 'playwright-core';

/**
 * A browser without a display. It needs no sandbox of its own where it may not have one (as root, in a container): it opens our pages only.
 * @param {string | undefined} executable
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launchBrowser(executable) {
  if (!executable) throw new Error('CHROMIUM does not say which browser to use: start the tests through npm, which finds one.');
  const flags = ['--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-sync', '--no-first-run'];
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [...flags, ...(isRoot || process.env.CI ? ['--no-sandbox'] : [])],
  });
}
