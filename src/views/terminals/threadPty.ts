import * as vscode from 'vscode';
import type { Disposable } from '../../common/event';
import { bracketedPasteOn } from './ansi';
import type { LineAction } from './lineEditor';
import { withoutOverlap } from './overlap';
import { Screen } from './screen';
import type { TerminalWords } from './terminalWords';
import type { TranscriptEntry } from '../../runtime/transcript/transcriptEntry';
import type { ThreadTranscript } from './transcript';

/** What VS Code gives a terminal that runs in the background, if it gives it a size at all. */
const unseen: vscode.TerminalDimensions = { columns: 80, rows: 30 };
/** Milliseconds in which pieces of streamed text are gathered into one write. */
const writeInterval = 16;

/** A terminal without a process: it draws a thread's transcript and hands over what is typed. Closing it ends nothing. */
export class ThreadPty implements vscode.Pseudoterminal {
  private readonly writing = new vscode.EventEmitter<string>();
  private readonly naming = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.writing.event;
  readonly onDidChangeName = this.naming.event;
  private screen: Screen;
  private subscription: Disposable | undefined;
  /** What was announced while the history is being read; undefined when it is not. */
  private waiting: TranscriptEntry[] | undefined;
  private toWrite = '';
  private timer: NodeJS.Timeout | undefined;
  private isOpen = false;
  private latestDirectory: string | undefined;
  private wasSized = false;

  constructor(
    private name: string,
    private readonly transcript: ThreadTranscript,
    private readonly words: TerminalWords,
    private readonly scrollback: () => number,
  ) {
    this.screen = new Screen(unseen.columns, words);
  }

  /** The worktree of the latest attempt, which paths in the text are relative to. */
  get directory(): string | undefined {
    return this.latestDirectory;
  }

  /** False as long as it only ran in the background: VS Code gives a terminal the size of its place when it shows it. */
  get wasShown(): boolean {
    return this.wasSized;
  }

  rename(name: string): void {
    if (this.name === name) return;
    this.name = name;
    this.showName();
  }

  /** VS Code gives a terminal its first name once more when it has started: to be called after that. */
  showName(): void {
    if (this.isOpen) this.naming.fire(this.name);
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    this.isOpen = true;
    if (dimensions) this.noteSize(dimensions);
    this.screen = new Screen(dimensions?.columns ?? unseen.columns, this.words);
    this.writing.fire(bracketedPasteOn);
    this.subscription = this.transcript.onDidAppend(entry => this.take(entry)); // disposed on close
    void this.load();
  }

  close(): void {
    this.isOpen = false;
    this.subscription?.dispose();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.toWrite = '';
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.noteSize(dimensions);
    this.screen.resize(dimensions.columns);
  }

  handleInput(data: string): void {
    const { output, actions } = this.screen.input(data);
    this.write(output);
    this.flush();
    for (const action of actions) void this.perform(action);
  }

  private take(entry: TranscriptEntry): void {
    if (this.waiting) {
      this.waiting.push(entry);
      return;
    }
    this.noteDirectory([entry]);
    this.write(this.screen.append(entry));
    if (entry.type === 'resynced') void this.load();
  }

  /** Draws everything anew. Whatever is announced meanwhile is drawn behind it. */
  private async load(): Promise<void> {
    const waiting: TranscriptEntry[] = (this.waiting = []);
    const history = await this.history();
    this.waiting = undefined;
    if (!this.isOpen) return;
    const entries = [...history, ...withoutOverlap(history, waiting)];
    this.noteDirectory(entries);
    this.write(this.screen.replay(entries, this.scrollback()));
    if (waiting.some(({ type }) => type === 'resynced')) void this.load();
  }

  private async history(): Promise<readonly TranscriptEntry[]> {
    try {
      return await this.transcript.history();
    } catch (error) {
      return [{ type: 'notice', severity: 'error', text: this.words.notRead(messageOf(error)) }];
    }
  }

  private async perform(action: LineAction): Promise<void> {
    try {
      await (action.type === 'send' ? this.transcript.send(action.text) : this.transcript.abort());
    } catch (error) {
      const text = action.type === 'send' ? this.words.notSent(messageOf(error)) : messageOf(error);
      this.take({ type: 'notice', severity: 'error', text });
      if (action.type === 'send') this.write(this.screen.restore(action.text));
    }
  }

  private noteSize({ columns, rows }: vscode.TerminalDimensions): void {
    this.wasSized ||= columns !== unseen.columns || rows !== unseen.rows;
  }

  private noteDirectory(entries: readonly TranscriptEntry[]): void {
    for (const entry of entries) if (entry.type === 'attempt') this.latestDirectory = entry.directory;
  }

  private write(text: string): void {
    if (text === '' || !this.isOpen) return;
    this.toWrite += text;
    this.timer ??= setTimeout(() => this.flush(), writeInterval);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.toWrite !== '') this.writing.fire(this.toWrite);
    this.toWrite = '';
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
