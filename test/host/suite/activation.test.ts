import assert from 'node:assert/strict';
import * as vscode from 'vscode';

type Manifest = {
  readonly contributes: {
    readonly commands?: readonly { readonly command: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
};

describe('The extension in a window', () => {
  const extension = vscode.extensions.getExtension('workstreams.workstreams');

  it('activates by itself', async () => {
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its manifest declares', async () => {
    const { contributes } = extension?.packageJSON as Manifest;
    const declared = (contributes.commands ?? []).map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter(command => !registered.has(command)),
      [],
    );
  });

  it('has its container and views', async () => {
    const { contributes } = extension?.packageJSON as Manifest;
    for (const { id } of contributes.viewsContainers.activitybar) {
      await vscode.commands.executeCommand(`workbench.view.extension.${id}`);
      for (const view of contributes.views[id] ?? []) await vscode.commands.executeCommand(`${view.id}.focus`);
    }
  });
});
