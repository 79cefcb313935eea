import type { Activity } from './activity';
import { ActivityStream } from './activityStream';
import type { SessionMessage } from './sessionMessage';

/** What happened in a session, from its stored messages, in the same shapes as it is told while it happens. */
export function history(messages: readonly SessionMessage[]): readonly Activity[] {
  return new ActivityStream(messages[0]?.info.sessionID ?? '').load(messages);
}
