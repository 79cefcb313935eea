/** ESC or C1 introducers with all that belongs to them: OSC, DCS, SOS, PM and APC strings, CSI sequences, two-character escapes. */
const escapeSequences = new RegExp(
  [
    '(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)?',
    '(?:\\x1b\\[|\\x9b)[\\x20-\\x3f]*[\\x40-\\x7e]?',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
  ].join('|'),
  'g',
);
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Direction overrides and isolates: they make a reader see another order than the one that is there. */
const reorderings = /[\u202a-\u202e\u2066-\u2069]/g;

/** Only what can be read: escape sequences, control characters and direction overrides are gone; newlines (always `\n`) and tabs stay. */
export function stripControl(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(escapeSequences, '')
    .replace(controls, '')
    .replace(reorderings, '');
}

/** Words with Markdown's marks of code in them, for where nothing draws Markdown: notifications, dialogs, questions. */
export const withoutTicks = (text: string): string => text.replaceAll('`', '');

/** One line of readable text: every run of white space is one space, nothing at the ends. */
export function oneLine(text: string): string {
  return stripControl(text).replace(/\s+/g, ' ').trim();
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** At most `length` (1 or more) characters as a reader counts them, the last of them `…` when something was cut off. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  let kept = '';
  let number = 0;
  for (const { segment, index } of characters.segment(text)) {
    number++;
    if (number > length) return `${kept}…`;
    if (number < length) kept = text.slice(0, index + segment.length);
  }
  return text;
}

/** `1 task`, `2 tasks`; `plural` for words that do more than take an s. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** With a full stop at its end, if it has no mark of its own there: what others say comes without one. */
export const endedSentence = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** One line of text as Markdown that shows exactly that text, whatever it contains. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Text as a Markdown code block that it cannot leave. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe as an element's text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] ?? character);
}
