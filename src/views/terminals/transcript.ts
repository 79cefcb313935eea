import type { Event } from '../../common/event';
import type { TranscriptEntry } from '../../runtime/transcript/transcriptEntry';

/** One thread of one workstream of one repository. */
export type ThreadRef = { readonly root: string; readonly stream: string; readonly thread: string };

/**
 * What a thread's terminal shows and can do. `history` may be read any number of times; an entry that was announced while
 * it is being read may be in both. After `resynced` the terminal reads `history` again and draws anew.
 */
export interface ThreadTranscript {
  history(): Promise<readonly TranscriptEntry[]>;
  readonly onDidAppend: Event<TranscriptEntry>;
  /** Sends a message to the thread's agent; rejects with an error whose message says why it could not. */
  send(text: string): Promise<void>;
  /** Stops the thread's running attempt; nothing when none runs. */
  abort(): Promise<void>;
}
