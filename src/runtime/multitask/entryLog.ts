import type { Disposable } from '../../common/event';
import { stripControl } from '../../common/text';
import { describeEvent } from '../../domain/journal/eventWords';
import type { JournalEvent } from '../../domain/journal/events';
import type { Activity } from '../opencode/activity';
import type { CappedLog } from './cappedLog';

/** Follows a session's activities until it is disposed of. */
export type FollowSession = (directory: string, session: string, listener: (activity: Activity) => void) => Disposable;

/** Writes what happens in one thread into its log: what we did, what its agent says and calls. */
export class EntryLog implements Disposable {
  private following: Disposable | undefined;
  private directory = '';
  private isMidLine = false;

  constructor(
    private readonly log: CappedLog,
    private readonly follow: FollowSession,
  ) {}

  event(event: JournalEvent): void {
    this.line(`${event.at} ${describeEvent(event)}`);
    if (event.kind === 'attempt.started' && event.worktree !== undefined) this.directory = event.worktree;
    if (event.kind === 'effect.done' && event.effect === 'session') this.listen(event.evidence);
    if (event.kind === 'thread.finished') this.dispose();
  }

  line(text: string): void {
    this.log.write(`${this.isMidLine ? '\n' : ''}${stripControl(text)}\n`);
    this.isMidLine = false;
  }

  dispose(): void {
    this.following?.dispose();
    this.following = undefined;
  }

  private listen(evidence: unknown): void {
    const session = typeof evidence === 'object' && evidence !== null && 'session' in evidence ? evidence.session : undefined;
    if (typeof session !== 'string' || this.directory === '') return;
    this.dispose();
    this.following = this.follow(this.directory, session, activity => this.activity(activity));
  }

  private activity(activity: Activity): void {
    switch (activity.type) {
      case 'text': {
        const text = stripControl(activity.delta);
        this.log.write(text);
        if (text !== '') this.isMidLine = !text.endsWith('\n');
        return;
      }
      case 'tool':
        if (activity.state === 'completed') this.line(`[${activity.tool}] ${activity.title ?? ''}\n${activity.output ?? ''}`.trimEnd());
        if (activity.state === 'error') this.line(`[${activity.tool}] failed: ${activity.error ?? ''}`);
        return;
      case 'error':
        this.line(`${activity.name}: ${activity.message}`);
        return;
      default:
    }
  }
}
