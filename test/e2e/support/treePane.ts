import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import { exactly } from './locators';

export type TreeRow = {
  /** 1 for a root. */
  readonly level: number;
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly expanded: boolean | undefined;
};

/** What is used of an element of the page: the tests are compiled without the browser's types. */
type Shown = {
  getAttribute(name: string): string | null;
  querySelector(selector: string): { readonly textContent: string | null } | null;
};

/** In the page, whose types are not known here: resolves once nothing below the element has changed for as long as VS Code gathers changes. */
const quiet = `rows => new Promise(resolve => {
  const end = () => { observer.disconnect(); resolve(); };
  let timer = setTimeout(end, 600);
  const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, 600); });
  observer.observe(rows, { subtree: true, childList: true, characterData: true });
})`;

/** A tree view of the side bar. Only rows on the screen exist. */
export class TreePane {
  private readonly pane: Locator;
  private readonly menuLabels: Locator;

  constructor(
    private readonly page: Page,
    private readonly title: string,
  ) {
    this.pane = page.locator('.pane', { has: page.locator(`.pane-header[aria-label^="${title}"]`) }).first();
    this.menuLabels = page.locator('.monaco-menu .action-menu-item .action-label');
  }

  /** Text and buttons that stand in place of an empty tree. */
  async welcome(): Promise<string> {
    const content = this.pane.locator('.welcome-view-content');
    await content.waitFor();
    return (await content.innerText()).trim();
  }

  /** The line above the rows. */
  async message(): Promise<string> {
    return (await this.pane.locator('.tree-explorer-viewlet-tree-view > .message').innerText()).trim();
  }

  async rows(): Promise<TreeRow[]> {
    const rows = await this.pane.locator('.monaco-list-row').evaluateAll((elements: readonly Shown[]) =>
      elements.map(element => ({
        index: Number(element.getAttribute('data-index')),
        level: Number(element.getAttribute('aria-level')),
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        spoken: element.getAttribute('aria-label') ?? '',
        expanded: element.getAttribute('aria-expanded'),
      })),
    );
    return rows
      .sort((left, right) => left.index - right.index)
      .map(({ level, label, description, spoken, expanded }) => ({
        level,
        label: label.trim(),
        description: description.trim(),
        spoken,
        expanded: expanded === null ? undefined : expanded === 'true',
      }));
  }

  /** The rows as text: two spaces a level, `label · description`. */
  async drawing(): Promise<string> {
    const line = ({ level, label, description }: TreeRow) => '  '.repeat(level - 1) + [label, description].filter(Boolean).join(' · ');
    return (await this.rows()).map(line).join('\n');
  }

  /** Waits until the drawing contains these words, and returns it. */
  async shows(text: string | RegExp): Promise<string> {
    let last = '';
    return waitFor(
      `${this.title} with ${String(text)}`,
      async () => {
        last = await this.drawing();
        return (typeof text === 'string' ? last.includes(text) : text.test(last)) && last;
      },
      { timeout: 120_000, every: 200, describe: () => last },
    );
  }

  /** The row of that label. */
  row(label: string): Locator {
    return this.pane
      .locator('.monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      .first();
  }

  async click(label: string): Promise<void> {
    await this.row(label)
      .locator('.label-name')
      .click({ position: { x: 8, y: 8 } }); // its middle may be outside the view
  }

  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
  }

  /**
   * Waits until no row is drawn anew: VS Code forgets rows while it does that, and a click on one of them is then a click on nothing, after
   * which the window asks what was meant.
   */
  private async standsStill(): Promise<void> {
    await this.pane.locator('.monaco-list-rows').first().evaluate(quiet);
  }

  /** A button that shows at the end of a row under the mouse. */
  async inlineAction(label: string, action: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    await this.standsStill();
    await row.hover();
    await row.locator(`.action-label[aria-label^="${action}"]`).first().click();
  }

  async contextMenu(label: string, item: string): Promise<void> {
    const entry = this.menuLabels.filter({ hasText: exactly(item) });
    await this.row(label).waitFor();
    await this.standsStill();
    // Rows that come in meanwhile push others away from under the mouse: then the menu is another row's.
    await waitFor(`the menu of ${label} with ${item}`, async () => {
      await this.row(label).click({ button: 'right' });
      const isThere = await entry.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (!isThere) await this.page.keyboard.press('Escape');
      return isThere;
    });
    // A menu takes no click in the moment after it opened.
    await waitFor(`the menu to take ${item}`, async () => {
      if ((await entry.count()) === 0) return true;
      await entry.click({ timeout: 2000 }).catch(() => undefined);
      return (await entry.count()) === 0;
    });
  }

  /** What the context menu of a row offers. */
  async contextMenuItems(label: string): Promise<string[]> {
    await this.row(label).click({ button: 'right' });
    await this.menuLabels.first().waitFor();
    const texts = (await this.menuLabels.allInnerTexts()).map(text => text.trim());
    await this.page.keyboard.press('Escape');
    return texts;
  }

  /** A button in the title of the view; it shows while the mouse is over the title. */
  async titleAction(action: string): Promise<void> {
    const header = this.pane.locator('.pane-header');
    await header.hover();
    await header.locator(`.action-label[aria-label^="${action}"]`).first().click();
  }

  /** Unfolds the view, if it is folded. */
  open(): Promise<void> {
    return this.fold('true');
  }

  /** Folds the view: the others get its room. */
  close(): Promise<void> {
    return this.fold('false');
  }

  private async fold(expanded: 'true' | 'false'): Promise<void> {
    const header = this.pane.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== expanded) await header.click();
  }
}
