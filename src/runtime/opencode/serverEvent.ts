import type { GlobalEvent } from '@opencode-ai/sdk/v2/client';

type Described<P> = P extends { readonly type: string; readonly properties: unknown }
  ? { readonly directory: string } & Pick<P, 'type' | 'properties'>
  : never;

/** Something that happened in the server; which session or request it is about is in its properties. */
export type ServerEvent = Described<GlobalEvent['payload']>;

/** A session's id, where the event has one. */
export function sessionOf(event: ServerEvent): string | undefined {
  const { properties } = event;
  return 'sessionID' in properties && typeof properties.sessionID === 'string' ? properties.sessionID : undefined;
}
