import type { OpencodeClient, PermissionRequest, QuestionRequest } from '@opencode-ai/sdk/v2/client';
import type { AgentAsk, PermissionAsk, QuestionAsk } from '../../domain/tree/nodes';
import { request } from './request';

/** As the server tells it. */
export type Asked =
  { readonly type: 'permission'; readonly request: PermissionRequest } | { readonly type: 'question'; readonly request: QuestionRequest };

/** Where and when something was asked. */
export type AskPlace = { readonly directory: string; readonly rootSession: string; readonly askedAt: number };

/** Everything that the client's directory lists; of aborted sessions too. @throws {OpencodeError} */
export async function readAsked(client: OpencodeClient): Promise<readonly Asked[]> {
  const [permissions, questions] = await Promise.all([
    request('list permissions', {}, options => client.permission.list({}, options)),
    request('list questions', {}, options => client.question.list({}, options)),
  ]);
  return [
    ...permissions.map(each => ({ type: 'permission', request: each }) as const),
    ...questions.map(each => ({ type: 'question', request: each }) as const),
  ];
}

export function toAsk(asked: Asked, place: AskPlace): AgentAsk {
  return asked.type === 'permission' ? toPermissionAsk(asked.request, place) : toQuestionAsk(asked.request, place);
}

function toPermissionAsk({ id, sessionID, permission, patterns, metadata }: PermissionRequest, place: AskPlace): PermissionAsk {
  const subject = [metadata.command, metadata.filepath, metadata.url].find(value => typeof value === 'string' && value !== '');
  const title = `${permission}: ${typeof subject === 'string' ? subject : patterns.join(', ')}`;
  return { kind: 'permission', id, session: sessionID, permission, patterns, title, ...place };
}

function toQuestionAsk({ id, sessionID, questions }: QuestionRequest, place: AskPlace): QuestionAsk {
  return {
    kind: 'question',
    id,
    session: sessionID,
    questions: questions.map(({ header, question, multiple = false, options }) => ({
      header,
      question,
      multiple,
      options: options.map(({ label, description }) => ({ label, description })),
    })),
    ...place,
  };
}
