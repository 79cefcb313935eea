import type { Locator, Page } from 'playwright-core';
import { exactly } from './locators';

/** Milliseconds, also for a machine that has much to do. */
const patience = 15_000;

/** The palette, lists to choose from, and questions for a line of text: one box at the top of the window. */
export class QuickInput {
  private readonly box: Locator;
  private readonly field: Locator;
  private readonly rows: Locator;

  constructor(private readonly page: Page) {
    this.box = page.locator('.quick-input-widget');
    this.field = this.box.locator('input.input');
    this.rows = this.box.locator('.quick-input-list .monaco-list-row');
  }

  private row(label: string): Locator {
    return this.rows.filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) }).first();
  }

  /**
   * The palette closes when something takes the focus, such as a terminal that an earlier command opens: then it is opened again. One
   * that was opened before the window knew all commands never shows the others: it is closed, and opened again.
   */
  async runCommand(title: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      const timeout = Math.min(tries * 5000, patience);
      try {
        await this.page.keyboard.press('F1');
        await this.field.fill(`>${title}`, { timeout });
        await this.row(title).click({ timeout });
        return;
      } catch (error) {
        if (tries === 8) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async isOpen(): Promise<boolean> {
    return this.box.isVisible();
  }

  /** Labels of the commands that the palette offers for a search. */
  async commandsFor(search: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    await this.field.waitFor();
    await this.field.fill(`>${search}`);
    await this.rows.first().waitFor();
    const labels = await this.labels();
    await this.dismiss();
    return labels;
  }

  async labels(): Promise<string[]> {
    await this.rows.first().waitFor();
    return (await this.rows.locator('.label-name').allInnerTexts()).map(text => text.trim());
  }

  async pick(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Ticks rows of a list that takes several, and accepts. */
  async pickSeveral(labels: readonly string[]): Promise<void> {
    for (const label of labels) await this.row(label).click();
    await this.box.getByRole('button', { name: 'OK', exact: true }).click();
  }

  /** Answers a question for a line of text. */
  async enter(text: string): Promise<void> {
    await this.field.waitFor();
    await this.field.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** What the box asks or complains about, beside its field. */
  async message(): Promise<string> {
    return (await this.box.locator('.quick-input-message').innerText()).trim();
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }
}
