import type { Locator, Page } from 'playwright-core';
import { exactly } from './locators';

/** What the window says by itself: notifications in the corner, and dialogs that want an answer. */
export class Messages {
  private readonly dialogBox: Locator;

  constructor(private readonly page: Page) {
    this.dialogBox = page.locator('.monaco-dialog-box');
  }

  /** The notification that contains these words, once it shows. */
  async notification(text: string | RegExp): Promise<Locator> {
    const item = this.page.locator('.notification-list-item', { hasText: text }).first();
    await item.waitFor({ timeout: 90_000 }); // it may be the end of a run
    return item;
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

  async pressInDialog(button: string): Promise<void> {
    await this.dialogBox
      .locator('.monaco-button')
      .filter({ hasText: exactly(button) })
      .click();
    await this.dialogBox.waitFor({ state: 'hidden' });
  }
}
