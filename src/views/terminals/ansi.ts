/** Escape sequences that a pseudoterminal may write; text of others passes through `stripControl` first. */
const escape = '\u001b';

const style = (open: number, close: number) => (text: string) => (text === '' ? '' : `${escape}[${open}m${text}${escape}[${close}m`);

export type Style = (text: string) => string;
export const plain: Style = text => text;
export const bold = style(1, 22);
export const dim = style(2, 22);
export const italic = style(3, 23);
export const red = style(31, 39);
export const green = style(32, 39);
export const yellow = style(33, 39);
export const blue = style(34, 39);
export const cyan = style(36, 39);
export const thought: Style = text => dim(italic(text));

export const newLine = '\r\n';
export const clearLine = `\r${escape}[2K`;
export const clearToEndOfLine = `${escape}[K`;
/** Screen and scrollback, cursor at the top. */
export const clearAll = `${escape}[2J${escape}[3J${escape}[H`;
/** A paste then arrives as one piece between its own marks, whatever lines it has. */
export const bracketedPasteOn = `${escape}[?2004h`;

/** Moves to a column of the current row, the first being 0. */
export const toColumn = (column: number) => `${escape}[${column + 1}G`;

const osc633 = (mark: string) => `${escape}]633;${mark}\u0007`;

/**
 * Marks that make the terminal treat a stretch of text as one command: a dot in the gutter, navigation, "copy output".
 * `head` is the line that stands for the command, `body` (it ends with a line break, or is empty) its output.
 */
export function asCommand(commandLine: string, head: string, body: string, failed: boolean): string {
  const line = commandLine.replace(/[\\;\u0000-\u001f]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `${osc633('A')}${osc633('B')}${head}${osc633(`E;${line}`)}${newLine}${osc633('C')}${body}${osc633(`D;${failed ? 1 : 0}`)}`;
}
