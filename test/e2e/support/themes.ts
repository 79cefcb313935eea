import type { Page } from 'playwright-core';

const key = 'Control+Alt+Shift+F11';
const toggle = 'workbench.action.toggleLightDarkThemes';

/** Every story starts in the dark; the toggle knows which theme is the other. */
export const themeSettings = {
  'workbench.colorTheme': 'Dark Modern',
  'workbench.preferredDarkColorTheme': 'Dark Modern',
  'workbench.preferredLightColorTheme': 'Light Modern',
  'terminal.integrated.commandsToSkipShell': [toggle],
};

/** A key rather than the palette: what is open in the window stays open. A change of the settings file is not seen by an open window. */
export const keybindings = [{ key: key.toLowerCase().replace('control', 'ctrl'), command: toggle }];

export type Theme = 'dark' | 'light';

export async function useTheme(page: Page, theme: Theme): Promise<void> {
  const shown = page.locator(`.monaco-workbench[class*="${theme}_modern"]`);
  if ((await shown.count()) > 0) return;
  await page.keyboard.press(key);
  await shown.waitFor();
}

/** Drawing a window in another theme and back costs as much as a step of its story: not where nobody will look at it. */
export const wantsBothThemes = () => process.env.WORKSTREAMS_BOTH_THEMES === '1';
