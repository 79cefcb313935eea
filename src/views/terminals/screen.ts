import { bold, clearAll, clearLine, cyan, newLine } from './ansi';
import { width } from './flow';
import { LineEditor, type LineAction } from './lineEditor';
import { TranscriptRenderer } from './render';
import type { TerminalWords } from './terminalWords';
import type { TranscriptEntry } from '../../runtime/transcript/transcriptEntry';

/** A terminal's contents: the transcript as it grows and, below it, the line that is being typed. */
export class Screen {
  private readonly editor = new LineEditor();
  private renderer: TranscriptRenderer;
  /** Output that waits for the end of its row, so that the typed line is not torn. */
  private held = '';
  private draftShown = false;

  constructor(
    private columns: number,
    private readonly words: TerminalWords,
  ) {
    this.renderer = new TranscriptRenderer(columns, words);
  }

  resize(columns: number): void {
    this.columns = columns;
    this.renderer.columns = columns;
  }

  /** Begins anew with what was said so far, of which only the last `rows` rows are written. */
  replay(entries: readonly TranscriptEntry[], rows: number): string {
    this.renderer = new TranscriptRenderer(this.columns, this.words);
    this.held = '';
    this.draftShown = false;
    const text = entries.map(entry => this.renderer.write(entry)).join('');
    const all = text.split(newLine);
    return `${clearAll}${all.slice(Math.max(0, all.length - Math.max(1, rows))).join(newLine)}${this.showDraft()}`;
  }

  append(entry: TranscriptEntry): string {
    const text = this.renderer.write(entry);
    if (text === '' || !this.draftShown) return text;
    this.held += text;
    const end = this.held.lastIndexOf(newLine);
    if (end < 0) return '';
    const rows = this.held.slice(0, end + newLine.length);
    this.held = this.held.slice(end + newLine.length);
    return `${clearLine}${rows}${this.draftLine()}`;
  }

  /** What a person typed: what to write, and what to do about it. */
  input(data: string): { readonly output: string; readonly actions: readonly LineAction[] } {
    const actions = this.editor.input(data);
    return { output: this.draftShown ? this.redrawDraft() : this.showDraft(), actions };
  }

  /** Puts a message that could not be sent back into the line. */
  restore(text: string): string {
    this.editor.restore(text);
    return this.draftShown ? this.redrawDraft() : this.showDraft();
  }

  private showDraft(): string {
    if (this.editor.draft === '') return '';
    const lead = this.renderer.isMidLine ? newLine : '';
    this.renderer.startLine();
    this.draftShown = true;
    return `${lead}${this.draftLine()}`;
  }

  private redrawDraft(): string {
    if (this.editor.draft !== '') return `${clearLine}${this.draftLine()}`;
    this.draftShown = false;
    const held = this.held;
    this.held = '';
    return `${clearLine}${held}`;
  }

  /** Always one row: the end of the line when it does not fit. */
  private draftLine(): string {
    const characters = Array.from(this.editor.draft.replaceAll('\n', '⏎').replaceAll('\t', ' '));
    let cells = width(characters.join(''));
    let from = 0;
    const room = Math.max(1, this.columns - 4);
    while (cells > room) cells -= width(characters[from++] ?? '');
    return `${bold(cyan('❯'))} ${from > 0 ? '…' : ''}${characters.slice(from).join('')}`;
  }
}
