import { Emitter } from '../../src/common/event';
import type { TranscriptEntry } from '../../src/runtime/transcript/transcriptEntry';
import type { ThreadTranscript } from '../../src/views/terminals/transcript';

/** A transcript that a test writes itself. */
export class FakeTranscript implements ThreadTranscript {
  private readonly appended = new Emitter<TranscriptEntry>();
  readonly onDidAppend = this.appended.event;
  readonly sent: string[] = [];
  entries: TranscriptEntry[] = [];
  reads = 0;
  aborts = 0;
  /** Why sending fails, if it does. */
  refusal: string | undefined;

  get listeners(): number {
    return this.appended.listenerCount;
  }

  append(entry: TranscriptEntry): void {
    this.entries.push(entry);
    this.appended.fire(entry);
  }

  announce(entry: TranscriptEntry): void {
    this.appended.fire(entry);
  }

  history(): Promise<readonly TranscriptEntry[]> {
    this.reads++;
    return Promise.resolve([...this.entries]);
  }

  send(text: string): Promise<void> {
    if (this.refusal !== undefined) return Promise.reject(new Error(this.refusal));
    this.sent.push(text);
    return Promise.resolve();
  }

  abort(): Promise<void> {
    this.aborts++;
    return Promise.resolve();
  }
}
