import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposables';
import { CommandId } from '../../contributions';

/** What a person has said so far of what is to be changed in a stage. */
export type ChangeDraft = {
  readonly what: string;
  /** As they are shown: `01.01.02 Router`, `src/a.ts`. */
  readonly where: readonly string[];
  readonly agent?: string | undefined;
};
export type ChangeTarget = { readonly root: string; readonly stream: string; /** `01` */ readonly stage: string };

const draftsKey = 'work.changeDrafts';
const documentsKey = 'work.changeDocuments';
const empty: ChangeDraft = { what: '', where: [] };
const keyOf = ({ root, stream, stage }: ChangeTarget) => JSON.stringify([root, stream, stage]);

/** Requests for changes that were begun and not sent. They outlive the form, the editor they are written in, and the window. */
export class ChangeDrafts implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly owned = new DisposableStore();

  constructor(private readonly memory: vscode.Memento) {
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const target = this.targetOf(document.uri);
        if (target) this.set(target, { ...this.get(target), what: document.getText() });
      }),
    );
    this.owned.add(vscode.languages.registerCodeLensProvider({ language: 'markdown', scheme: 'untitled' }, this));
  }

  get(target: ChangeTarget): ChangeDraft {
    return { ...empty, ...this.all<Partial<ChangeDraft>>(draftsKey)[keyOf(target)] };
  }

  set(target: ChangeTarget, draft: ChangeDraft | undefined): void {
    const { [keyOf(target)]: _old, ...others } = this.all<ChangeDraft>(draftsKey);
    void this.memory.update(draftsKey, draft === undefined ? others : { ...others, [keyOf(target)]: draft });
  }

  /** Opens the draft's text in an editor of its own, where the request is written and then continued. */
  async write(target: ChangeTarget): Promise<void> {
    const open = vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && same(this.targetOf(uri), target));
    const document = open ?? (await vscode.workspace.openTextDocument({ language: 'markdown', content: this.get(target).what }));
    await this.memory.update(documentsKey, { ...this.openDocuments(), [document.uri.toString()]: target });
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** The stage that the text in an editor is about, when it is such a request. */
  targetOf(uri: vscode.Uri): ChangeTarget | undefined {
    return uri.scheme === 'untitled' ? this.all<ChangeTarget>(documentsKey)[uri.toString()] : undefined;
  }

  /** The request is in the plan: its text is not needed any more. */
  async done(target: ChangeTarget): Promise<void> {
    const document = vscode.workspace.textDocuments.find(({ uri }) => same(this.targetOf(uri), target));
    this.set(target, undefined);
    if (!document) return;
    const { [document.uri.toString()]: _done, ...others } = this.openDocuments();
    await this.memory.update(documentsKey, others);
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.targetOf(document.uri)) return [];
    const title = `$(arrow-right) ${vscode.l10n.t('Continue Request')}`;
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: CommandId.requestChanges, arguments: [document.uri] })];
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** Untitled names are given again in another window: what is not open is forgotten. */
  private openDocuments(): Readonly<Record<string, ChangeTarget>> {
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    return Object.fromEntries(Object.entries(this.all<ChangeTarget>(documentsKey)).filter(([uri]) => open.has(uri)));
  }

  private all<T>(key: string): Readonly<Record<string, T>> {
    return this.memory.get<Readonly<Record<string, T>>>(key, {});
  }
}

const same = (found: ChangeTarget | undefined, target: ChangeTarget) => found !== undefined && keyOf(found) === keyOf(target);
