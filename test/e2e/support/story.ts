import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { stage } from './server';
import { StoryWindow } from './storyWindow';

/**
 * Opens `folder` in a window of its own, plays the story, and closes it. A story that fails leaves a picture of its last moment in
 * `out/screenshots/` and the logs in `out/logs/e2e/`.
 * @param restricted whether the folder is not trusted
 * @param name of files: lower-case words joined by hyphens
 */
export async function inWindow(
  name: string,
  folder: string,
  { restricted }: { readonly restricted: boolean },
  play: (window: StoryWindow) => Promise<void>,
): Promise<void> {
  const { server: trusting, careful, profile, keepLogs } = await stage();
  const server = restricted ? await careful() : trusting;
  const lastMoment = path.join('out', 'screenshots', `failed-${name}.png`);
  await mkdir(path.dirname(lastMoment), { recursive: true });
  await rm(lastMoment, { force: true });
  const page = await freshPage(await profile(), server.origin);
  try {
    page.setDefaultTimeout(90_000);
    const window = new StoryWindow(name, page, server);
    try {
      await window.open(folder);
      await play(window);
    } catch (error) {
      await page.screenshot({ path: lastMoment, timeout: 5000 }).catch(() => undefined);
      await keepLogs(name).catch(() => undefined);
      throw error;
    }
  } finally {
    await page.close();
  }
}

/** A page that knows nothing of earlier stories, but has VS Code's own scripts still at hand. */
async function freshPage(profile: BrowserContext, origin: string): Promise<Page> {
  const page = await profile.newPage();
  const devtools = await profile.newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'cookies,local_storage,indexeddb,file_systems' });
  await devtools.detach();
  return page;
}
