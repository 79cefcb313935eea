import type { PermissionRequest, QuestionRequest } from '@opencode-ai/sdk/v2/client';
import type { PermissionAsk, QuestionAsk } from '../../domain/tree/nodes';

/** Where and when something was asked. */
export type AskPlace = { readonly directory: string; readonly rootSession: string; readonly askedAt: number };

export function toPermissionAsk({ id, sessionID, permission, patterns, metadata }: PermissionRequest, place: AskPlace): PermissionAsk {
  const subject = [metadata.command, metadata.filepath, metadata.url].find(value => typeof value === 'string' && value !== '');
  const title = `${permission}: ${typeof subject === 'string' ? subject : patterns.join(', ')}`;
  return { kind: 'permission', id, session: sessionID, permission, patterns, title, ...place };
}

export function toQuestionAsk({ id, sessionID, questions }: QuestionRequest, place: AskPlace): QuestionAsk {
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
