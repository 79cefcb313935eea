import type * as vscode from 'vscode';
import { threadKey } from './threadName';
import type { ThreadRef } from './transcript';

const openKey = 'work.openTerminals';
const frontKey = 'work.frontTerminal';

/** Which terminals come back after a reload of the window, in their order, and which of them was in front. */
export class TerminalMemory {
  /** Not back yet: their plan was not read so far. */
  private waiting: readonly ThreadRef[];
  /** The thread that was in front when the window closed, if there were no terminals but those of threads. */
  readonly front: ThreadRef | undefined;

  constructor(private readonly memory: vscode.Memento) {
    this.waiting = memory.get<readonly ThreadRef[]>(openKey, []);
    this.front = memory.get<ThreadRef>(frontKey);
  }

  /** The terminals whose plan is read by now; each is given once. */
  take(isRead: (ref: ThreadRef) => boolean): readonly ThreadRef[] {
    const taken = this.waiting.filter(isRead);
    if (taken.length > 0) this.waiting = this.waiting.filter(ref => !taken.includes(ref));
    return taken;
  }

  /** What is not back yet stays in memory beside what is open. */
  setOpen(open: readonly ThreadRef[]): void {
    const refs = new Map([...this.waiting, ...open].map(ref => [threadKey(ref), ref]));
    void this.memory.update(openKey, [...refs.values()]);
  }

  setFront(front: ThreadRef | undefined): void {
    void this.memory.update(frontKey, front);
  }
}
