import { stripControl } from '../../common/text';

export type LineAction = { readonly type: 'send'; readonly text: string } | { readonly type: 'abort' };

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** CSI, SS3 and two-character sequences: arrows, function keys, Alt with a letter. */
const keySequence = /^\u001b(?:\[[\x20-\x3f]*[\x40-\x7e]|\[[\x20-\x3f]*(?=[^\x20-\x7e])|O[\x40-\x7e]|O(?=[^\x40-\x7e])|[^[O])/;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The line a person types to an agent. Keys that mean nothing here are ignored; a paste stays one piece, whatever lines it has. */
export class LineEditor {
  private text = '';
  /** What arrived of a sequence or a paste whose end is still to come. */
  private pending = '';

  get draft(): string {
    return this.text;
  }

  /** Puts back what could not be sent, before anything typed since. */
  restore(text: string): void {
    this.text = this.text === '' ? text : `${text}\n${this.text}`;
  }

  /** What the terminal sent, in any portions. */
  input(data: string): readonly LineAction[] {
    const actions: LineAction[] = [];
    let rest = this.pending + data;
    this.pending = '';
    while (rest !== '') {
      const taken = rest.startsWith('\u001b') ? this.takeSequence(rest) : this.takeKey(rest, actions);
      if (taken === 0) {
        this.pending = rest;
        break;
      }
      rest = rest.slice(taken);
    }
    return actions;
  }

  private takeSequence(rest: string): number {
    if (rest.startsWith(pasteStart)) {
      const end = rest.indexOf(pasteEnd);
      if (end < 0) return 0;
      this.text += stripControl(rest.slice(pasteStart.length, end));
      return end + pasteEnd.length;
    }
    if (rest.startsWith('\u001b\r')) {
      this.text += '\n'; // Alt+Enter: the next row of the same message
      return 2;
    }
    if (rest === '\u001b') return 1; // the Escape key
    return keySequence.exec(rest)?.[0].length ?? 0;
  }

  private takeKey(rest: string, actions: LineAction[]): number {
    const printable = /^[^\x00-\x1f\x7f]+/.exec(rest)?.[0];
    if (printable !== undefined) {
      this.text += stripControl(printable);
      return printable.length;
    }
    switch (rest[0]) {
      case '\r':
      case '\n':
        if (this.text.trim() !== '') actions.push({ type: 'send', text: this.text.trim() });
        this.text = '';
        break;
      case '\u0003':
        this.text = '';
        actions.push({ type: 'abort' });
        break;
      case '\u007f':
      case '\b':
        this.text = withoutLast(this.text);
        break;
      case '\u0015':
        this.text = '';
        break;
      case '\u0017':
        this.text = this.text.replace(/\S*\s*$/, '');
        break;
      default:
        break;
    }
    return rest.startsWith('\r\n') ? 2 : 1;
  }
}

function withoutLast(text: string): string {
  const last = [...characters.segment(text.slice(-32))].at(-1)?.segment.length ?? 0;
  return text.slice(0, text.length - last);
}
