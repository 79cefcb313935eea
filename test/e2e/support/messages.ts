import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import { exactly } from './locators';

/** What the window says by itself: notifications in the corner, and dialogs that want an answer. */
export class Messages {
  private readonly dialogBox: Locator;

  constructor(private readonly page: Page) {
    this.dialogBox = page.locator('.monaco-dialog-box');
  }

  /** The notification that contains these words, once it shows; one that left its corner by itself is found behind the bell. */
  async notification(text: string | RegExp): Promise<Locator> {
    const item = this.page.locator('.notification-list-item', { hasText: text }).first();
    for (const end = Date.now() + 90_000; Date.now() < end;) {
      if (await isShown(item, 12_000)) return item; // a warning stays so long
      await this.pressBell();
      if (await isShown(item, 5000)) return item;
      await this.pressBell();
    }
    await item.waitFor({ timeout: 1000 });
    return item;
  }

  private async pressBell(): Promise<void> {
    await this.page.mouse.move(700, 300); // a tooltip of what was pressed last would cover the bell
    await this.page.locator('[id="status.notifications"] a').first().click();
    await this.page.mouse.move(700, 300); // its tooltip would cover the buttons of what it shows
  }

  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    const item = await this.notification(text);
    await item
      .locator('.monaco-button')
      .filter({ hasText: exactly(button) })
      .click();
  }

  /** The notifications that show right now. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  async hasDialog(): Promise<boolean> {
    return this.dialogBox.isVisible();
  }

  /** What the dialog asks, once it shows. */
  async dialog(): Promise<string> {
    await this.dialogBox.waitFor({ timeout: 90_000 }); // the server may have to start first
    return (await this.dialogBox.locator('.dialog-message-container').innerText()).trim();
  }

  /** Returns when that dialog is gone; another one may stand in its place at once. */
  async pressInDialog(button: string): Promise<void> {
    const asked = this.dialogBox.locator('.dialog-message-container');
    const question = await asked.innerText();
    await this.dialogBox
      .locator('.monaco-button')
      .filter({ hasText: exactly(button) })
      .click();
    const now = () => asked.innerText({ timeout: 1000 }).catch(() => undefined);
    await waitFor('the dialog to close', async () => !(await this.hasDialog()) || (await now()) !== question, { every: 50 });
  }
}

const isShown = (item: Locator, timeout: number) =>
  item.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
