import * as vscode from 'vscode';

type Item = vscode.QuickPickItem | string;

/** What a person is told, and what they press, type or choose. */
export class Person {
  readonly told: string[] = [];
  /** What was asked of them: the title and the prompt of an input, the lines of a list. */
  readonly asked: string[] = [];
  presses: string | undefined;
  folder: string | undefined;
  types: string | undefined;
  /** A part of the line they choose. */
  chooses: string | undefined;
  private readonly originals = { ...vscode.window };

  sit(): void {
    const tell = (message: string, ...rest: readonly (string | vscode.MessageOptions)[]) => {
      const options = rest.find(each => typeof each !== 'string');
      this.told.push([message, ...(options?.detail === undefined ? [] : [options.detail])].join(' '));
      return Promise.resolve(rest.find(each => each === this.presses));
    };
    const pick = async (items: readonly Item[] | Thenable<readonly Item[]>) => {
      const lines = (await items).map(item => ({
        item,
        line: typeof item === 'string' ? item : [item.label, item.detail].join(' ').trim(),
      }));
      this.asked.push(...lines.map(({ line }) => line));
      return lines.find(({ line }) => this.chooses !== undefined && line.includes(this.chooses))?.item;
    };
    Object.assign(vscode.window, {
      showInformationMessage: tell,
      showWarningMessage: tell,
      showErrorMessage: tell,
      showOpenDialog: () => Promise.resolve(this.folder === undefined ? undefined : [vscode.Uri.file(this.folder)]),
      showInputBox: ({ title = '', prompt = '' }: vscode.InputBoxOptions = {}) => {
        this.asked.push(`${title} ${prompt}`.trim());
        return Promise.resolve(this.types);
      },
      showQuickPick: pick,
    });
  }

  leave(): void {
    const { showInformationMessage, showWarningMessage, showErrorMessage, showOpenDialog, showInputBox, showQuickPick } = this.originals;
    Object.assign(vscode.window, {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showOpenDialog,
      showInputBox,
      showQuickPick,
    });
  }
}
