/** The words of one simple command, without quotes, redirections and comments. */
export type ShellCommand = readonly string[];

const operators = /[;&|()\n]/;

/**
 * The simple commands of a shell line, in order, those inside `$(…)` and backticks included. It reads sh well enough to tell
 * commands from text (quotes, comments, here-documents); what a shell would compute (variables, aliases) it does not know.
 */
export function shellCommands(text: string): readonly ShellCommand[] {
  return new ShellReader(text.replace(/\\\r?\n/g, '')).read();
}

class ShellReader {
  private position = 0;
  private words: string[] = [];
  private word: string | undefined;
  /** The next word is where output goes to, not part of the command. */
  private skipsWord = false;
  private readonly found: ShellCommand[] = [];
  private readonly hereDocuments: { readonly end: string; readonly indented: boolean }[] = [];

  constructor(private readonly text: string) {}

  read(): readonly ShellCommand[] {
    while (this.position < this.text.length) this.step();
    this.endCommand();
    return this.found;
  }

  private step(): void {
    const character = this.take();
    if (character === "'") this.add(this.takeUntil("'"));
    else if (character === '"') this.readDoubleQuotes();
    else if (character === '\\') this.add(this.take());
    else if (character === '`') this.nest(this.takeUntil('`'));
    else if (character === '$' && this.text[this.position] === '(') this.readSubstitution();
    else if (character === '#' && this.word === undefined) this.takeLine();
    else if (character === '<' || character === '>') this.readRedirection(character);
    else if (operators.test(character)) this.endCommand(character);
    else if (/\s/.test(character)) this.endWord();
    else this.add(character);
  }

  private take(): string {
    return this.text[this.position++] ?? '';
  }

  private takeUntil(end: string): string {
    const at = this.text.indexOf(end, this.position);
    const taken = this.text.slice(this.position, at < 0 ? undefined : at);
    this.position = at < 0 ? this.text.length : at + end.length;
    return taken;
  }

  /** The rest of the line; its end stays. */
  private takeLine(): string {
    const line = this.takeUntil('\n');
    if (this.text[this.position - 1] === '\n') this.position--;
    return line;
  }

  private readDoubleQuotes(): void {
    this.add('');
    while (this.position < this.text.length) {
      const character = this.take();
      if (character === '"') return;
      if (character === '\\' && /["\\$`]/.test(this.text[this.position] ?? '')) this.add(this.take());
      else if (character === '`') this.nest(this.takeUntil('`'));
      else if (character === '$' && this.text[this.position] === '(') this.readSubstitution();
      else this.add(character);
    }
  }

  /** `$(…)`: read as commands of its own; to the word around it, it is some text. */
  private readSubstitution(): void {
    let depth = 0;
    const start = this.position + 1;
    do {
      const character = this.take();
      if (character === '(') depth++;
      else if (character === ')') depth--;
      else if (character === "'") this.takeUntil("'");
      else if (character === '\\') this.take();
    } while (depth > 0 && this.position < this.text.length);
    this.nest(this.text.slice(start, depth === 0 ? this.position - 1 : undefined));
  }

  private nest(inner: string): void {
    this.found.push(...shellCommands(inner));
    this.add('$()');
  }

  private readRedirection(character: string): void {
    if (this.word !== undefined && /^\d+$/.test(this.word)) this.word = undefined;
    this.endWord();
    if (this.text[this.position] === '(') return; // <(…): its commands are read like a subshell's
    if (character === '<' && this.text.startsWith('<', this.position) && !this.text.startsWith('<<', this.position)) {
      this.position++;
      const [whole = '', dash, quoted, bare] = /^(-?)[ \t]*(?:(['"].*?['"])|([^\s;&|<>()]+))/.exec(this.text.slice(this.position)) ?? [];
      this.position += whole.length;
      const end = (quoted?.slice(1, -1) ?? bare ?? '').replaceAll('\\', '');
      if (end !== '') this.hereDocuments.push({ end, indented: dash === '-' });
      return;
    }
    while (/[<>&|]/.test(this.text[this.position] ?? '')) this.position++;
    this.skipsWord = true;
  }

  private add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  private endWord(): void {
    if (this.word === undefined) return;
    if (this.skipsWord) this.skipsWord = false;
    else this.words.push(this.word);
    this.word = undefined;
  }

  private endCommand(operator?: string): void {
    this.endWord();
    this.skipsWord = false;
    if (this.words.length > 0) this.found.push(this.words);
    this.words = [];
    if (operator !== '\n') return;
    for (const { end, indented } of this.hereDocuments.splice(0)) {
      while (this.position < this.text.length) {
        const line = this.takeLine();
        this.position++;
        if ((indented ? line.replace(/^\t+/, '') : line).replace(/\r$/, '') === end) break;
      }
    }
  }
}
