import * as vscode from 'vscode';
import { isAbortError } from '../../common/abort';
import { oneLine } from '../../common/text';

/** Prints through `print`, a line at a time, and gives an exit code. */
export type TaskWork = (print: (line: string) => void, signal: AbortSignal) => Promise<number>;

const interrupt = '\u0003';

/** The terminal of a task without a process: plain lines. Ctrl-C and *Terminate Task* stop what runs in it. */
export class RunTerminal implements vscode.Pseudoterminal {
  private readonly writing = new vscode.EventEmitter<string>();
  private readonly closing = new vscode.EventEmitter<number>();
  private readonly stopping = new AbortController();
  readonly onDidWrite = this.writing.event;
  readonly onDidClose = this.closing.event;

  constructor(
    private readonly work: TaskWork,
    private readonly onError: (error: unknown, doing: string) => void,
  ) {}

  open(): void {
    void this.run();
  }

  handleInput(data: string): void {
    if (!data.includes(interrupt) || this.stopping.signal.aborted) return;
    this.print(vscode.l10n.t('Stopping the agents.'));
    this.stopping.abort();
  }

  /** Called by *Terminate Task*, and when the user closes the terminal. */
  close(): void {
    this.stopping.abort();
  }

  private print(line: string): void {
    this.writing.fire(`${oneLine(line)}\r\n`);
  }

  private async run(): Promise<void> {
    let code = 1;
    try {
      code = await this.work(line => this.print(line), this.stopping.signal);
    } catch (error) {
      if (isAbortError(error)) code = 130;
      else this.fail(error);
    }
    this.closing.fire(code);
    this.writing.dispose();
    this.closing.dispose();
  }

  private fail(error: unknown): void {
    this.print(`Error: ${error instanceof Error ? error.message : String(error)}`);
    this.onError(error, 'running a task');
  }
}
