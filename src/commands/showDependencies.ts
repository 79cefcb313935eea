import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { dependencyText } from '../domain/graph/dependencyText';
import { ReadOnlyText } from '../views/readOnlyText';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** Shows who waits for whom, in the stage of a row or in the whole workstream. */
export const registerShowDependencies: RegisterCommand = services => {
  const pages = new ReadOnlyText('work-dependencies');
  const command = registerCommand(CommandId.showDependencies, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { stream } = picked;
    const stage = stream.stages.find(({ id }) => id === idOf(argument)?.id);
    const text = dependencyText(stage ? { ...stream, stages: [stage] } : stream);
    await pages.show(`${vscode.l10n.t('Dependencies {0}', stage?.id ?? stream.id)}.md`, text);
  });
  return vscode.Disposable.from(pages, command);
};
