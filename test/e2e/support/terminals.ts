import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import type { QuickInput } from './quickInput';

/** The terminal that has the focus, as text; and the list of all. */
export class Terminals {
  constructor(
    private readonly page: Page,
    private readonly quickInput: QuickInput,
  ) {}

  /** The lines on the screen of the active terminal. */
  async text(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows').first();
    await rows.waitFor();
    return (await rows.innerText()).replaceAll('\u00a0', ' ');
  }

  /** Waits until the active terminal shows these words. */
  async shows(text: string | RegExp): Promise<string> {
    let last = '';
    return waitFor(
      `a terminal with ${String(text)}`,
      async () => {
        last = await this.text().catch(() => last);
        return (typeof text === 'string' ? last.includes(text) : text.test(last)) && last;
      },
      { timeout: 120_000, every: 200, describe: () => last },
    );
  }

  /** Names in the list beside the terminals, from top to bottom. */
  async names(): Promise<string[]> {
    const names = await this.page.locator('.terminal-tabs-entry').allInnerTexts();
    return names.map(name => name.trim()).filter(Boolean);
  }

  /** Ends what runs in them: VS Code's server keeps it for a window that comes back, and it would draw on beside all later stories. */
  async endAll(): Promise<void> {
    await this.quickInput.runCommand('Terminal: Kill All Terminals');
    await waitFor('no terminal', async () => (await this.page.locator('.terminal-wrapper').count()) === 0, { every: 100 });
  }

  async choose(name: string | RegExp): Promise<void> {
    await this.page.locator('.terminal-tabs-entry', { hasText: name }).first().click();
  }

  /** Types into the active terminal and ends the line. */
  async type(line: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }
}
