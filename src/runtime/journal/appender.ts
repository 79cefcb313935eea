import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Logger } from '../../common/logger';
import { JournalError, type JournalErrorReason } from './journalError';

/** Writes bytes at the end of an open file and gives how many of them it wrote. */
export type Write = (descriptor: number, bytes: Buffer) => number;

/** The end of a file that only one process appends to. What was appended is on the disk, whole; what failed has left nothing behind. */
export class Appender {
  private readonly descriptor: number;
  private readonly links: number;
  private length: number;
  private refusal: JournalError | undefined;

  /** Opens the file, or makes it. Throws what the file system throws. */
  constructor(
    readonly file: string,
    private readonly logger: Logger,
    private readonly writeBytes: Write = writeSync,
    /** Whether what somebody else appended can stay where it is: the last line of a driver that did not know yet. */
    private readonly isHarmless: (bytes: Buffer) => boolean = () => false,
  ) {
    this.descriptor = openSync(file, 'a', 0o600);
    const { size, nlink } = fstatSync(this.descriptor);
    this.length = size;
    this.links = nlink;
  }

  /** @throws {JournalError} `closed`, `not-alone` or `write-failed`; from then on every call is refused with the same error. */
  append(bytes: Buffer): void {
    if (this.refusal) throw this.refusal;
    this.checkAlone();
    try {
      const written = this.writeBytes(this.descriptor, bytes);
      if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
      fsyncSync(this.descriptor);
    } catch (error) {
      this.takeBack();
      this.refuse('write-failed', error instanceof Error ? error.message : String(error), error);
    }
    this.length += bytes.length;
  }

  /** Idempotent. */
  close(): void {
    if (this.refusal?.reason === 'closed') return;
    this.refusal = new JournalError('closed', this.file, `${this.file} is closed.`);
    closeSync(this.descriptor);
  }

  /** Somebody else's bytes at the end would be cut off with ours if a write failed, and a removed file keeps nothing. */
  private checkAlone(): void {
    const { size, nlink } = fstatSync(this.descriptor);
    if (size > this.length && this.isHarmless(readFileSync(this.file).subarray(this.length, size))) this.length = size;
    if (size !== this.length) this.refuse('not-alone', 'another process wrote to it');
    if (nlink === 0 && this.links > 0) this.refuse('not-alone', 'it was removed');
  }

  private takeBack(): void {
    try {
      truncateSync(this.file, this.length); // by name: Windows does not truncate what is open for appending
    } catch (error) {
      this.logger.error(`${this.file} could not be cut back to its last whole line`, error);
    }
  }

  private refuse(reason: JournalErrorReason, problem: string, cause?: unknown): never {
    const advice = 'No further step is taken. Free the disk or stop the other program, then start again: finished work is kept.';
    this.refusal = new JournalError(reason, this.file, `${this.file} cannot be continued: ${problem}. ${advice}`, cause);
    throw this.refusal;
  }
}
