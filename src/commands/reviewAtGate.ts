import * as vscode from 'vscode';
import { ancestorId } from '../domain/ids';
import type { CommandServices } from './commandServices';

type Place = { readonly root: string; readonly stream: { readonly id: string }; readonly node: { readonly id: string } };

/** Lets the stage be reviewed that a person has just brought to its gate, in sight and to be cancelled; nothing where it is not there. */
export async function reviewAtGate({ runtime }: CommandServices, { root, stream, node }: Place): Promise<void> {
  const { gateReview } = runtime.repository(root);
  if (!(await gateReview.isDue(stream.id, node.id))) return;
  const title = vscode.l10n.t('Stage {0} is at its gate and is reviewed', Number(ancestorId(node.id, 'stage')));
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return gateReview.review(stream.id, node.id, stop.signal);
  });
}
