import { truncate } from '../common/text';

const clearRow = '\r\u001b[2K';

/**
 * The last row of a terminal, which always says how things stand: what is printed goes above it. Where nobody watches
 * there is no such row, and what is printed is all that is written.
 */
export class LiveLine {
  private text = '';
  private hidden = 0;

  constructor(private readonly terminal: { readonly isTerminal: boolean; columns(): number; write(text: string): void }) {}

  /** Replaces the row; an empty text takes it away. */
  set(text: string): void {
    if (!this.terminal.isTerminal || text === this.text) return;
    this.clear();
    this.text = text;
    this.draw();
  }

  /** `print` writes whole lines, above the row. */
  above(print: () => void): void {
    this.clear();
    print();
    this.draw();
  }

  /** The row is away until `work` has ended, so that something can be typed there. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.clear();
    this.hidden += 1;
    try {
      return await work();
    } finally {
      this.hidden -= 1;
      this.draw();
    }
  }

  private clear(): void {
    if (this.hidden === 0 && this.text !== '') this.terminal.write(clearRow);
  }

  /** Cut to one row: a row that wraps could not be cleared. */
  private draw(): void {
    if (this.hidden === 0 && this.text !== '') this.terminal.write(truncate(this.text, Math.max(1, this.terminal.columns() - 1)));
  }
}
