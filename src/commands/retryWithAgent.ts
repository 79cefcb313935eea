import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { ancestorId } from '../domain/ids';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** Gives the task to another agent and tries it in a new attempt. */
export const registerRetryWithAgent: RegisterCommand = services =>
  registerCommand(CommandId.retryWithAgent, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task to give to another agent'),
      task => !task.running && task.status === 'blocked',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const { actions, files } = services.runtime.repository(root);
    const { agents } = await files.readAgents();
    const others = agents.filter(({ name }) => name !== node.agent);
    if (others.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no other agent. Define one in work/agents.yaml.'));
      return;
    }
    const items = others.map(({ name, description, models }) => ({
      label: name,
      description: models.map(({ text }) => text).join(', '),
      detail: description,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      placeHolder: vscode.l10n.t('Which agent shall do {0}? It was @{1}.', `${node.id} ${node.name}`, node.agent),
      matchOnDescription: true,
    });
    if (!chosen) return;
    await actions.setTaskStatus(stream.id, node.id, { status: 'pending', assigned_agent: chosen.label });
    await runFlow(services, {
      root,
      snapshot: await services.runtime.repository(root).snapshot(stream.id),
      batch: ancestorId(node.id, 'batch'),
      only: [node.id],
    });
  });
