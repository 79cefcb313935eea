import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Bytes that the log of one entry holds at most. */
export const logLimit = 100_000_000;

/** A log of its own for one piece of work. What does not fit is left out, which its last line says; a log that cannot be written stops nothing. */
export class CappedLog {
  private written = 0;
  private isFull = false;

  constructor(
    readonly file: string,
    private readonly onFailure: (error: unknown) => void,
    private readonly limit = logLimit,
  ) {
    this.attempt(() => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '');
    });
  }

  write(text: string): void {
    if (this.isFull || text === '') return;
    const bytes = Buffer.byteLength(text);
    this.isFull = this.written + bytes > this.limit;
    this.written += bytes;
    this.attempt(() => appendFileSync(this.file, this.isFull ? `\n[This log is full: nothing more is kept of what came after.]\n` : text));
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.isFull = true;
      this.onFailure(error);
    }
  }
}
