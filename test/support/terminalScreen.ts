/**
 * What a person sees after `text` was written to a terminal of so many columns: rows without colours, wrapped as terminals
 * wrap. Knows just the sequences that our terminals write; an unknown one is an error.
 */
export function terminalRows(text: string, columns: number): string[] {
  let rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  const parts = text.matchAll(/\u001b\]633;[^\u0007]*\u0007|\u001b\[([?\d;]*)([A-Za-z])|([\s\S])/gu);
  for (const [whole, parameter = '', command, character] of parts) {
    if (character === '\r') column = 0;
    else if (character === '\n') rows[++row] ??= [];
    else if (character !== undefined) {
      if (character < ' ') throw new Error(`unexpected control character ${JSON.stringify(character)}`);
      if (column === columns) {
        rows[++row] ??= [];
        column = 0;
      }
      const cells = rows[row] ?? [];
      while (cells.length < column) cells.push(' ');
      cells[column++] = character;
    } else if (command === 'K') rows[row] = parameter === '2' ? [] : (rows[row] ?? []).slice(0, column);
    else if (command === 'G') column = Number(parameter) - 1;
    else if (command === 'J' || command === 'H') {
      rows = [[]];
      row = 0;
      column = 0;
    } else if (command !== undefined && command !== 'm' && whole !== '\u001b[?2004h') {
      throw new Error(`unexpected sequence ${JSON.stringify(whole)}`);
    }
  }
  const seen = rows.map(cells => cells.join('').trimEnd());
  while (seen.at(-1) === '') seen.pop();
  return seen;
}
