import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import { count, oneLine } from '../common/text';
import type { JournalEvent } from '../domain/journal/events';
import type { Outcome } from '../domain/outcome';
import type { Runs } from '../runtime/run/runs';
import type { Io } from './commandLine';

/** Prints a run as it happens: a line per fact, and on a terminal one more that always says which threads still run. */
export class RunProgress implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly running = new Set<string>();

  constructor(
    runs: Pick<Runs, 'onDidAppend' | 'onDidNotice'>,
    private readonly io: Pick<Io, 'out' | 'status'>,
  ) {
    this.subscriptions.add(runs.onDidAppend(event => this.show(event)));
    this.subscriptions.add(runs.onDidNotice(message => this.line(message)));
  }

  dispose(): void {
    this.io.status('');
    this.subscriptions.dispose();
  }

  private show(event: JournalEvent): void {
    if (event.kind === 'thread.started') this.running.add(event.thread);
    if (event.kind === 'thread.finished') this.running.delete(event.thread);
    this.io.status(this.running.size === 0 ? '' : `${count(this.running.size, 'thread')} running: ${[...this.running].join(' ')}`);
    const text = describe(event);
    if (text !== undefined) this.line(text);
  }

  private line(text: string): void {
    this.io.out(`${oneLine(text)}\n`);
  }
}

function describe(event: JournalEvent): string | undefined {
  switch (event.kind) {
    case 'run.started':
      return `Batch ${event.batch}: ${count(event.threads.length, 'thread')} (${event.threads.join(', ')})`;
    case 'attempt.started':
      return `◐ ${event.task} started${event.number > 1 ? ` (attempt ${event.number})` : ''}${event.model === null ? '' : ` with ${event.model}`}`;
    case 'attempt.finished':
      return describeEnd(event);
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

const signs: Readonly<Record<Outcome, string>> = { completed: '✓', blocked: '✗', failed: '✗', interrupted: '−', cancelled: '−' };

function describeEnd({ attempt, outcome, report, reason }: JournalEvent & { readonly kind: 'attempt.finished' }): string {
  const task = attempt.split('#')[0] ?? attempt;
  // What stands in tasks.json says itself that it is a failure.
  const words = outcome === 'failed' ? (reason ?? report) : (report ?? reason);
  return `${signs[outcome]} ${task} ${outcome}${words === undefined ? '' : `: ${words}`}`;
}
