import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposables';

type Step = {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
  readonly placeholder: string;
};

export type AskStep = Step & {
  readonly prompt: string;
  readonly value: string;
  readonly button: { readonly icon: string; readonly tooltip: string };
  /** Why the answer cannot be taken, if so. */
  readonly problemOf: (value: string) => string | undefined;
  readonly onDidChange: (value: string) => void;
};

export type ChooseStep = Step & {
  readonly items: readonly vscode.QuickPickItem[];
  /** Labels that are chosen already; of one choice, the row that stands ready. */
  readonly selected: readonly string[];
  readonly several: boolean;
};

/** One question of a form for a line of text; undefined when the person leaves. */
export function askStep(asked: AskStep): Promise<{ readonly value: string } | 'back' | 'button' | undefined> {
  const input = vscode.window.createInputBox();
  const { step, totalSteps, title, placeholder, prompt, value, button, problemOf, onDidChange, canGoBack } = asked;
  const own: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon(button.icon), tooltip: button.tooltip };
  Object.assign(input, { step, totalSteps, title, placeholder, prompt, value, ignoreFocusOut: true });
  input.buttons = [...(canGoBack ? [vscode.QuickInputButtons.Back] : []), own];
  return shown(input, (end, listen) => {
    listen(
      input.onDidChangeValue(text => {
        input.validationMessage = undefined;
        onDidChange(text);
      }),
    );
    listen(input.onDidTriggerButton(pressed => end(pressed === own ? 'button' : 'back')));
    listen(
      input.onDidAccept(() => {
        input.validationMessage = problemOf(input.value);
        if (input.validationMessage === undefined) end({ value: input.value });
      }),
    );
  });
}

/** One question of a form with answers to choose from; gives their labels, undefined when the person leaves. */
export function chooseStep({
  items,
  selected,
  several,
  ...asked
}: ChooseStep): Promise<{ readonly labels: readonly string[] } | 'back' | undefined> {
  const pick = vscode.window.createQuickPick();
  const { step, totalSteps, title, placeholder, canGoBack } = asked;
  Object.assign(pick, { step, totalSteps, title, placeholder, ignoreFocusOut: true, matchOnDescription: true, matchOnDetail: true });
  pick.canSelectMany = several;
  pick.items = items;
  const chosen = items.filter(({ label, kind }) => kind !== vscode.QuickPickItemKind.Separator && selected.includes(label));
  if (several) pick.selectedItems = chosen;
  else pick.activeItems = chosen;
  pick.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return shown(pick, (end, listen) => {
    listen(pick.onDidTriggerButton(() => end('back')));
    listen(pick.onDidAccept(() => end({ labels: pick.selectedItems.map(({ label }) => label) })));
  });
}

/** Shows an input until it is answered or left, and takes it away. */
function shown<T>(
  input: vscode.QuickInput,
  connect: (end: (answer: T) => void, listen: (listener: vscode.Disposable) => void) => void,
): Promise<T | undefined> {
  const owned = new DisposableStore();
  return new Promise<T | undefined>(resolve => {
    connect(resolve, listener => void owned.add(listener));
    owned.add(input.onDidHide(() => resolve(undefined)));
    input.show();
  }).finally(() => {
    owned.dispose();
    input.dispose();
  });
}
