import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
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
  const { server: trusting, careful, browser, keepLogs } = await stage();
  const server = restricted ? await careful() : trusting;
  const lastMoment = path.join('out', 'screenshots', `failed-${name}.png`);
  await mkdir(path.dirname(lastMoment), { recursive: true });
  await rm(lastMoment, { force: true });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  try {
    const page = await context.newPage();
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
    await context.close();
  }
}
