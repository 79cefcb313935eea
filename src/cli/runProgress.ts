import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import { count, oneLine } from '../common/text';
import type { JournalEvent } from '../domain/journal/events';
import { limitSentence } from '../domain/run/adaptiveLimit';
import { progressLine } from '../domain/run/progress';
import type { RunNews } from '../runtime/run/runNews';
import type { Io } from './commandLine';

/** Prints a run as it happens: a line per fact, and on a terminal one more that always says which threads still run. */
export class RunProgress implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly running = new Set<string>();
  private limited: string | undefined;

  constructor(
    news: Pick<RunNews, 'onDidAppend' | 'onDidNotice'>,
    private readonly io: Pick<Io, 'out' | 'status'>,
  ) {
    this.subscriptions.add(news.onDidAppend(event => this.show(event)));
    this.subscriptions.add(news.onDidNotice(message => this.line(message)));
  }

  dispose(): void {
    this.io.status('');
    this.subscriptions.dispose();
  }

  private show(event: JournalEvent): void {
    if (event.kind === 'thread.started') this.running.add(event.thread);
    if (event.kind === 'thread.finished') this.running.delete(event.thread);
    if (event.kind === 'limit.changed') this.limited = limitSentence(event);
    const limited = this.limited === undefined ? '' : `; ${this.limited}`;
    this.io.status(
      this.running.size === 0 ? '' : `${count(this.running.size, 'thread')} running: ${[...this.running].join(' ')}${limited}`,
    );
    const text = progressLine(event);
    if (text !== undefined) this.line(text);
  }

  private line(text: string): void {
    this.io.out(`${oneLine(text)}\n`);
  }
}
