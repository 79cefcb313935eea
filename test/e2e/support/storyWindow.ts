import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import type { VscodeServer } from '../../../scripts/lib/vscodeServer.mjs';
import { waitFor } from '../../support/waitFor';
import { exactly } from './locators';
import { Messages } from './messages';
import { QuickInput } from './quickInput';
import { Terminals } from './terminals';
import { themeSettings, useTheme, wantsBothThemes } from './themes';
import { TreePane } from './treePane';

/** A window of VS Code as a person has it: what can be seen and clicked, by the words on it. */
export class StoryWindow {
  readonly quickInput: QuickInput;
  readonly messages: Messages;
  readonly terminals: Terminals;

  constructor(
    private readonly story: string,
    /** For what has no helper yet. */
    readonly page: Page,
    private readonly server: VscodeServer,
  ) {
    this.quickInput = new QuickInput(page);
    this.messages = new Messages(page);
    this.terminals = new Terminals(page, this.quickInput);
  }

  async open(folder: string): Promise<void> {
    this.server.writeSettings(themeSettings);
    await this.page.goto(this.server.windowUrl(folder));
    await this.ready();
  }

  /** The extension host ends and starts anew; the window keeps its state, as it has the time to store it. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
  }

  /** Opens a container of the activity bar; a second click would close it. */
  async openContainer(title: string): Promise<void> {
    const label = this.page.locator(`.action-label[aria-label^="${title}"]`);
    const icon = this.page.locator('.activitybar .action-item', { has: label }).first();
    await icon.waitFor();
    if ((await icon.getAttribute('aria-expanded')) !== 'true') await icon.click();
    await this.page.locator('.activitybar .action-item[aria-expanded="true"]', { has: label }).waitFor();
    await this.page.mouse.move(900, 600); // away from the icon, whose tooltip would cover what comes next
  }

  /** The tooltip that shows. */
  get hover(): Locator {
    return this.page.locator('.monaco-hover:visible').last();
  }

  /** A button at the end of the editor tabs. */
  async editorAction(label: string): Promise<void> {
    await this.page.locator(`.editor-actions .action-label[aria-label^="${label}"]`).first().click();
  }

  /** The view of that title, wherever it stands. */
  tree(title: string): TreePane {
    return new TreePane(this.page, title);
  }

  /** Runs a command of the palette by its whole title: the first match of a search may be another. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** Titles of the editor tabs, from left to right. */
  async tabs(): Promise<string[]> {
    const names = await this.page
      .locator('.tabs-container .tab')
      .evaluateAll((tabs: readonly { getAttribute(name: string): string | null }[]) =>
        tabs.map(tab => tab.getAttribute('data-resource-name')),
      );
    return names.filter(name => name !== null);
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }

  /** The page inside a webview that holds what the selector finds; views and panels come in no certain order. */
  async webview(selector: string, text?: string | RegExp): Promise<Frame> {
    return waitFor(
      `a page with ${selector}`,
      async () => {
        for (const frame of this.page.frames()) {
          const found = frame.locator(selector, text === undefined ? {} : { hasText: text });
          if ((await found.count().catch(() => 0)) && (await isStyled(frame))) return frame;
        }
        return undefined;
      },
      { timeout: 90_000, every: 100, describe: () => this.page.frames().map(frame => frame.url().slice(0, 100)) },
    );
  }

  /**
   * `out/screenshots/<story>-<theme>-<name>.png`, in a dark and, where both are asked for, a light theme; a dialog and a tooltip, which
   * the change would close, show in the dark only.
   */
  async screenshot(name: string): Promise<void> {
    const isBrief = (await this.messages.hasDialog()) || (await this.hover.isVisible()) || (await this.quickInput.isOpen());
    for (const theme of isBrief || !wantsBothThemes() ? (['dark'] as const) : (['dark', 'light'] as const)) {
      await useTheme(this.page, theme);
      await this.page.screenshot({ path: path.join('out', 'screenshots', `${this.story}-${theme}-${name}.png`) });
    }
    await useTheme(this.page, 'dark');
  }

  /** A button by its exact words, anywhere in the window. */
  button(text: string): Locator {
    return this.page
      .locator('.monaco-button, .action-label')
      .filter({ hasText: exactly(text) })
      .first();
  }
}

/** On a busy machine, a page's text is there before its style is. */
const isStyled = (page: Frame) =>
  page.evaluate<boolean>('[...document.querySelectorAll("link[rel=stylesheet]")].every(link => link.sheet)').catch(() => false);
