import { formatDuration } from '../../common/duration';
import { oneLine, stripControl } from '../../common/text';
import type { ToolActivity } from '../../runtime/opencode/activity';
import { asCommand, bold, dim, green, newLine, red, yellow } from './ansi';
import { fit } from './flow';
import { renderDiff } from './renderDiff';
import type { TerminalWords } from './terminalWords';

/** Rows of output worth showing; the whole is in the session. Tools that only look are not worth many. */
const outputRows: Readonly<Record<string, number>> = {
  read: 0,
  glob: 4,
  grep: 6,
  list: 4,
  webfetch: 4,
  edit: 0,
  write: 0,
  patch: 0,
  bash: 24,
};
const defaultRows = 8;
const diffRows = 60;

const leadingKeys = ['command', 'filePath', 'path', 'pattern', 'url', 'description', 'query', 'report', 'note'];

/** What a call is about, in one line: the command, the file, the pattern; the title that opencode gave it when it has none of these. */
export function toolSubject({ input, title }: Pick<ToolActivity, 'input' | 'title'>): string {
  const fields: Readonly<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {};
  const subject = leadingKeys.map(key => fields[key]).find(value => typeof value === 'string' && value.trim() !== '');
  return oneLine(typeof subject === 'string' ? subject : (title ?? ''));
}

/** The row of a call that still runs; without a line break, so that its result can replace it. */
export function renderRunningTool(call: ToolActivity, columns: number): string {
  return `${yellow('◐')} ${dim(fit(`${oneLine(call.tool)}  ${toolSubject(call)}`, columns - 3))}`;
}

/** A call that has ended: one row with how long it took, then its diff or its output. Ends with a line break. */
export function renderFinishedTool(call: ToolActivity, columns: number, words: TerminalWords): string {
  const failed = call.state === 'error';
  const took = call.startedAt === undefined || call.endedAt === undefined ? '' : durationOf(call.endedAt - call.startedAt);
  const tool = oneLine(call.tool);
  const subject = fit(toolSubject(call), Math.max(8, columns - tool.length - took.length - 6));
  const head = `${failed ? red('✗') : green('✓')} ${bold(tool)}${subject === '' ? '' : `  ${subject}`}${took === '' ? '' : `  ${dim(took)}`}`;
  return asCommand(`${tool} ${toolSubject(call)}`.trim(), head, renderResult(call, words), failed);
}

function renderResult(call: ToolActivity, words: TerminalWords): string {
  if (call.state === 'error') return renderRows(call.error ?? call.output ?? '', defaultRows, words, red);
  const diff = call.diff === undefined || call.diff === '' ? '' : renderDiff(call.diff, diffRows, words.moreLines);
  return diff === '' ? renderRows(call.output ?? '', outputRows[call.tool] ?? defaultRows, words, dim) : diff;
}

function renderRows(text: string, limit: number, words: TerminalWords, style: (text: string) => string): string {
  const rows = stripControl(text)
    .replace(/\s+$/, '')
    .split('\n')
    .map(row => row.replaceAll('\t', '    '));
  if (rows.length === 1 && rows[0] === '') return '';
  const said =
    limit === 0
      ? [words.lines(rows.length)]
      : rows.length > limit
        ? [...rows.slice(0, Math.floor(limit / 3)), words.moreLines(rows.length - limit + 1), ...rows.slice(1 - Math.ceil((limit * 2) / 3))]
        : rows;
  return said.map(row => `${style(`  ${row}`)}${newLine}`).join('');
}

function durationOf(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s` : formatDuration(milliseconds);
}
