import { oneLine, stripControl } from '../../common/text';
import type { Outcome } from '../../domain/outcome';
import type { StatusActivity, ToolActivity } from '../../runtime/opencode/activity';
import { blue, bold, clearLine, cyan, dim, green, newLine, plain, red, thought, yellow, type Style } from './ansi';
import { fit, Flow, width } from './flow';
import { renderFinishedTool, renderRunningTool } from './renderTool';
import { Spending } from './spending';
import type { TerminalWords } from './terminalWords';
import type { AttemptEnded, AttemptStarted, NotStarted, Notice, TranscriptEntry } from '../../runtime/transcript/transcriptEntry';

const promptRows = 24;
/** opencode's name for the end of a turn that somebody stopped. */
const abortedError = 'MessageAbortedError';
const outcomeMarks: Readonly<Record<Outcome, string>> = {
  completed: green('✓'),
  blocked: red('✗'),
  failed: red('✗'),
  interrupted: yellow('◌'),
  cancelled: yellow('◌'),
};
const noticeStyles: Readonly<Record<Notice['severity'], Style>> = { info: blue, warning: yellow, error: red };

/** Turns what happens in a thread into terminal text, piece by piece. The same tool state or message twice is written once. */
export class TranscriptRenderer {
  private readonly flow: Flow;
  private readonly messages = new Set<string>();
  private readonly finishedCalls = new Set<string>();
  private readonly announcedCalls = new Set<string>();
  private readonly spending = new Spending();
  private agent: string;
  private retry: string | undefined;
  /** The part whose text is being written. */
  private part: string | undefined;
  /** The call whose running row the cursor still stands in. */
  private runningRow: string | undefined;

  constructor(
    columns: number,
    private readonly words: TerminalWords,
  ) {
    this.flow = new Flow(columns);
    this.agent = words.agent;
  }

  /** The terminal's width, in cells; for what is written from now on. */
  set columns(columns: number) {
    this.flow.columns = columns;
  }

  get isMidLine(): boolean {
    return this.flow.column > 0;
  }

  /** To be told when the cursor was moved to the beginning of an empty row. */
  startLine(): void {
    this.flow.startLine();
    this.runningRow = undefined;
  }

  write(entry: TranscriptEntry): string {
    switch (entry.type) {
      case 'attempt':
        return this.writeAttempt(entry);
      case 'attemptEnded':
        return this.writeAttemptEnd(entry);
      case 'notStarted':
        return this.writeNotStarted(entry);
      case 'notice':
        return this.paragraph(oneLine(entry.text), noticeStyles[entry.severity]);
      case 'user':
        if (this.messages.has(entry.messageId)) return '';
        this.messages.add(entry.messageId);
        return this.writeSpent() + this.writeMessage(entry.text);
      case 'text':
        return this.writePart(entry.partId, entry.delta, `● ${oneLine(this.agent)}`, plain, green);
      case 'reasoning':
        return this.writePart(entry.partId, entry.delta, `✻ ${this.words.thinking}`, thought, dim);
      case 'tool':
        return this.writeTool(entry);
      case 'stepFinished':
        this.spending.add(entry);
        return '';
      case 'error':
        return entry.name === abortedError
          ? this.paragraph(`◌ ${this.words.stopped}`, yellow)
          : this.paragraph(`✗ ${oneLine(`${entry.name}: ${entry.message}`)}`, red);
      case 'status':
        return this.writeStatus(entry);
      case 'resynced':
        return '';
    }
  }

  private writeStatus({ status, attempt = 1, message = '' }: StatusActivity): string {
    if (status === 'idle') return this.writeSpent();
    const retry = status === 'retry' ? this.words.retrying(attempt, oneLine(message)) : undefined;
    const isNews = retry !== this.retry;
    this.retry = retry;
    return retry === undefined || !isNews ? '' : this.paragraph(`↻ ${retry}`, yellow);
  }

  private writeAttempt({ task, name, number, agent, model, branch }: AttemptStarted): string {
    this.agent = agent;
    const title = fit(`── ${oneLine(this.words.task(task, name, number))} `, this.flow.columns - 2);
    const rule = '─'.repeat(Math.max(2, this.flow.columns - width(title) - 1));
    const details = [`@${agent}`, model, branch].flatMap(detail => (detail === undefined ? [] : oneLine(detail))).join(' · ');
    return `${this.writeSpent()}${this.block()}${bold(cyan(title))}${dim(rule)}${newLine}${dim(fit(details, this.flow.columns - 1))}${newLine}`;
  }

  private writeAttemptEnd({ outcome, reason, report }: AttemptEnded): string {
    const told = [report, reason].flatMap(text => (text === undefined ? [] : oneLine(text)));
    const said = [...new Set(told)].join(' — '); // a blocked task's reason is its report
    const head = `${this.writeSpent()}${this.block()}${outcomeMarks[outcome]} ${bold(this.words.outcomes[outcome])}`;
    this.flow.column = 2 + width(this.words.outcomes[outcome]);
    return `${head}${said === '' ? '' : this.flow.write(`  ${said}`)}${this.flow.freshLine()}`;
  }

  private writeNotStarted({ agent, prompt }: NotStarted): string {
    const head = `${this.block()}${bold(`○ ${this.words.notStarted}`)}  ${dim(`@${oneLine(agent)}`)}${newLine}`;
    return prompt === undefined ? head : `${head}${newLine}${this.clipped(prompt, dim)}`;
  }

  private writeMessage(text: string): string {
    return `${this.block()}${bold(cyan(`❯ ${this.words.you}`))}${newLine}${this.clipped(text, cyan)}`;
  }

  private writePart(part: string, delta: string, speaker: string, body: Style, head: Style): string {
    const text = stripControl(delta);
    if (this.part === part) return this.flow.write(text, body);
    const begun = text.replace(/^\s+/, '');
    if (begun === '') return '';
    const lead = `${this.block()}${bold(head(speaker))}${newLine}`;
    this.part = part;
    return lead + this.flow.write(begun, body);
  }

  private writeTool(call: ToolActivity): string {
    const { callId } = call;
    if (call.state === 'pending' || this.finishedCalls.has(callId)) return '';
    if (call.state === 'running') {
      if (this.announcedCalls.has(callId)) return '';
      this.announcedCalls.add(callId);
      const row = `${this.lead()}${renderRunningTool(call, this.flow.columns)}`;
      this.runningRow = callId;
      this.flow.column = this.flow.columns; // wherever it ends, the next text needs a new row
      return row;
    }
    this.finishedCalls.add(callId);
    const replaces = this.runningRow === callId;
    if (replaces) this.startLine();
    return `${replaces ? clearLine : this.lead()}${renderFinishedTool(call, this.flow.columns, this.words)}`;
  }

  private writeSpent(): string {
    const spent = this.spending.take();
    return spent ? this.paragraph(this.words.spent(spent.steps, spent.tokens, spent.cost), dim) : '';
  }

  private paragraph(text: string, style: Style): string {
    return `${this.lead()}${this.flow.write(text, style)}${this.flow.freshLine()}`;
  }

  private clipped(text: string, style: Style): string {
    const rows = stripControl(text).trim().split('\n');
    const shown = rows.length > promptRows ? [...rows.slice(0, promptRows - 1), this.words.moreLines(rows.length - promptRows + 1)] : rows;
    return `${this.flow.write(shown.join('\n'), style)}${this.flow.freshLine()}`;
  }

  /** The beginning of a row, whatever was written before. */
  private lead(): string {
    this.part = undefined;
    this.runningRow = undefined;
    return this.flow.freshLine();
  }

  /** An empty row before what follows. */
  private block(): string {
    return `${this.lead()}${newLine}`;
  }
}
