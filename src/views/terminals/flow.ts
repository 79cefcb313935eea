import { clearToEndOfLine, newLine, plain, toColumn, type Style } from './ansi';

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const combining = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Cells that a character takes in a terminal. */
export function cellsOf(character: string): number {
  if (character < '\u0300') return 1;
  return combining.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

export function width(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + cellsOf(character), 0);
}

/** As much of the text's beginning as fits into `cells`, the last of it `…` when something was cut off. */
export function fit(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += cellsOf(character);
    if (used > cells) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Writes text as it streams, piece by piece, and breaks lines between words: a word that turns out too long for its row is
 * taken back and begun again on the next one.
 */
export class Flow {
  /** Where the cursor stands. */
  column = 0;
  /** The word being written, undefined once it is longer than a row and can no longer be taken back. */
  private word: string | undefined = '';
  private wordCells = 0;

  constructor(public columns: number) {}

  /** Nothing when the cursor is at the beginning of a row, else a line break. */
  freshLine(): string {
    if (this.column === 0) return '';
    this.startLine();
    return newLine;
  }

  /** To be told when somebody else moved the cursor to the beginning of a row. */
  startLine(): void {
    this.column = 0;
    this.endWord();
  }

  /** Text without control characters other than `\n` and tabs; the style is closed at the end of every row. */
  write(text: string, style: Style = plain): string {
    const rows = [''];
    const append = (piece: string) => (rows[rows.length - 1] = `${rows.at(-1) ?? ''}${piece}`);
    const breakLine = () => {
      rows.push('');
      this.startLine();
    };
    for (const character of text) {
      if (character === '\n') breakLine();
      else if (character === ' ' || character === '\t') this.writeSpace(character === '\t' ? 4 - (this.column % 4) : 1, append, breakLine);
      else this.writeCharacter(character, append, breakLine);
    }
    return rows.map(row => style(row)).join(newLine);
  }

  private writeSpace(cells: number, append: (piece: string) => void, breakLine: () => void): void {
    if (this.column + cells > this.columns) {
      breakLine();
      return;
    }
    this.endWord();
    this.column += cells;
    append(' '.repeat(cells));
  }

  private writeCharacter(character: string, append: (piece: string) => void, breakLine: () => void): void {
    const cells = cellsOf(character);
    if (this.column + cells > this.columns) {
      const { word, wordCells } = this;
      if (word !== undefined && wordCells < this.column) {
        if (word !== '') append(`${toColumn(this.column - wordCells)}${clearToEndOfLine}`);
        breakLine();
        append(word);
        this.word = word;
        this.wordCells = wordCells;
        this.column = wordCells;
      } else {
        this.word = undefined;
        this.column = 0; // the terminal itself goes on in the next row, which keeps a long path or address in one piece
      }
    }
    append(character);
    this.column += cells;
    if (this.word !== undefined) {
      this.word += character;
      this.wordCells += cells;
    }
  }

  private endWord(): void {
    this.word = '';
    this.wordCells = 0;
  }
}
