import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import { oneLine } from '../common/text';
import type { JournalEvent } from '../domain/journal/events';
import type { Runs } from '../runtime/run/runs';
import type { Io } from './commandLine';

/** Prints a run as it happens: a line per fact, and on a terminal one more line that always says how many threads still run. */
export class RunProgress implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly running = new Set<string>();
  private footer = '';

  constructor(
    repository: Runs,
    private readonly io: Io,
  ) {
    this.subscriptions.add(repository.onDidAppend(event => this.show(event)));
    this.subscriptions.add(repository.onDidNotice(message => this.line(message)));
  }

  /** Takes the footer away, so that what follows starts on a fresh line. */
  finish(): void {
    this.clearFooter();
    this.footer = '';
  }

  dispose(): void {
    this.finish();
    this.subscriptions.dispose();
  }

  private show(event: JournalEvent): void {
    const text = describe(event);
    if (event.kind === 'thread.started') this.running.add(event.thread);
    if (event.kind === 'thread.finished') this.running.delete(event.thread);
    if (text !== undefined) this.line(text);
  }

  private line(text: string): void {
    this.clearFooter();
    this.io.out(`${oneLine(text)}\n`);
    this.footer = this.running.size === 0 ? '' : `◐ running: ${[...this.running].join(' ')}`;
    if (this.io.isTerminal && this.footer !== '') this.io.out(this.footer);
  }

  private clearFooter(): void {
    if (this.io.isTerminal && this.footer !== '') this.io.out('\r\u001b[2K');
  }
}

function describe(event: JournalEvent): string | undefined {
  switch (event.kind) {
    case 'run.started':
      return `Batch ${event.batch}: ${event.threads.length} threads (${event.threads.join(', ')})`;
    case 'attempt.started':
      return `◐ ${event.task} started${event.number > 1 ? ` (attempt ${event.number})` : ''}${event.model === null ? '' : ` with ${event.model}`}`;
    case 'attempt.finished':
      return `${event.outcome === 'completed' ? '✓' : '✗'} ${event.attempt.split('#')[0] ?? event.attempt} ${event.outcome}${event.report === undefined ? (event.reason === undefined ? '' : `: ${event.reason}`) : `: ${event.report}`}`;
    case 'merge.landed':
      return `⇢ ${event.thread} merged into ${event.branch} (${event.commit.slice(0, 10)})`;
    case 'merge.empty':
      return `⇢ ${event.thread} changed nothing`;
    case 'merge.conflicted':
      return `✗ ${event.thread} conflicts in ${event.files.join(', ')}`;
    default:
      return undefined;
  }
}
