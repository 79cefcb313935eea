import { main } from './lib/fail.mjs';
import { ensureChromium } from './lib/setup/chromium.mjs';
import { requireNode } from './lib/setup/nodeVersion.mjs';
import { ensureOpencode } from './lib/setup/opencode.mjs';
import { ensurePackages } from './lib/setup/packages.mjs';
import { ensureVscodeHost, vscodeHostIsAvailable } from './lib/setup/vscodeHost.mjs';

/**
 * Installs what is missing, quickly when nothing is. Until it has run, only Node's own modules may be imported.
 * `window`: also what the host and window tests need: a VS Code without a display, and a browser.
 */
export async function setUp({ window = false } = {}) {
  requireNode();
  await ensurePackages();
  await ensureOpencode();
  if (!window || !vscodeHostIsAvailable) return;
  await ensureVscodeHost();
  process.env.CHROMIUM = await ensureChromium();
}

if (process.argv[1] === import.meta.filename) await main(() => setUp({ window: true }));
