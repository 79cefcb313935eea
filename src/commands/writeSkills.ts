import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { skillFile, skillPath } from '../domain/skills/skills';
import { readSkills, writeSkill, type SkillState } from '../runtime/agent/skillFiles';
import { ReadOnlyText } from '../views/readOnlyText';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** Writes the skills that go with plans into `.opencode/skills`; a text that somebody changed is shown beside ours first. */
export const registerWriteSkills: RegisterCommand = services => {
  const pages = new ReadOnlyText('work-skill');
  const command = registerCommand(CommandId.writeSkills, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) return;
    const states = await readSkills(repository.root);
    const items = states.map(state => ({
      label: state.skill.name,
      description: stateWord(state),
      detail: state.skill.description,
      picked: state.state !== 'same',
      state,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Write Skills'),
      placeHolder: vscode.l10n.t('Which skills shall opencode’s agents find in this repository?'),
      canPickMany: true,
    });
    const written: string[] = [];
    for (const { state } of chosen ?? []) {
      if (state.state === 'same' || (state.state === 'changed' && !(await mayReplace(pages, state)))) continue;
      await writeSkill(repository.root, state.skill);
      written.push(skillPath(state.skill));
    }
    if (written.length === 0) return;
    const message = vscode.l10n.t('Written: {0}. Commit them, so that agents find them in their worktrees.', written.join(', '));
    void vscode.window.showInformationMessage(message);
  });
  return vscode.Disposable.from(pages, command);
};

function stateWord({ state }: SkillState): string {
  switch (state) {
    case 'absent':
      return vscode.l10n.t('not there');
    case 'same':
      return vscode.l10n.t('up to date');
    case 'changed':
      return vscode.l10n.t('there, with another text');
  }
}

async function mayReplace(pages: ReadOnlyText, { skill, file }: SkillState): Promise<boolean> {
  const ours = pages.offer(`${skill.name}.md`, skillFile(skill));
  await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(file), ours, vscode.l10n.t('{0} (yours ↔ new)', skill.name));
  const replace = vscode.l10n.t('Replace');
  const message = vscode.l10n.t('{0} has another text, perhaps yours. Replace it by the one on the right?', skillPath(skill));
  // Not modal: the difference can be read meanwhile.
  return (await vscode.window.showWarningMessage(message, replace, vscode.l10n.t('Keep'))) === replace;
}
