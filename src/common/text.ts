/** Escape sequences of terminals: CSI and OSC (also cut off before their end), then any other two-character one. */
const escapeSequences = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]?|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])?/g;
/** C0 and C1 controls except tab and line feed, and the marks that reorder what follows them on screen. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text that cannot steer a terminal: without escape sequences, control characters (tabs and line feeds stay) and bidirectional marks. */
export function stripControl(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(escapeSequences, '').replace(controls, '');
}

/** `stripControl`, then every run of white space (line breaks too) as one space, trimmed. */
export function singleLine(text: string): string {
  return stripControl(text)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim();
}

/** At most `length` characters, the last of them an ellipsis when something was cut; never half of a surrogate pair. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
