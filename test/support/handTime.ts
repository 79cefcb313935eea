import type { AwakeClock } from '../../src/common/awakeTime';
import type { Project } from './runHarness';

/** How often the monitor looks while a test moves its time. */
const tick = 20;

/**
 * Time that passes only by the test's hand: how slow the machine is decides nothing. Move it only while the agents are where the test
 * wants them; the server and its agents know nothing of it.
 */
export class HandTime implements AwakeClock {
  private at = 0;
  readonly pace = { tick };

  now(): number {
    return this.at;
  }

  /** Lets so many milliseconds pass; then everything was looked at, and what was asked of the server before it has been answered. */
  async pass(milliseconds: number, { root, runtime }: Project): Promise<void> {
    this.at += milliseconds;
    await new Promise<void>(resolve => {
      let looks = 0;
      const timer = setInterval(() => {
        if (++looks < 2) return;
        clearInterval(timer);
        resolve();
      }, tick); // timers of the same length come in order
    });
    await runtime.opencode.sessions.status(root);
  }

  /** Lets time pass, a little at a time, until something has happened. @throws when it has not within `most` milliseconds. */
  async passUntil(
    what: string,
    probe: () => boolean | Promise<boolean>,
    project: Project,
    { step = 1000, most = 1_800_000 } = {},
  ): Promise<void> {
    for (const end = this.at + most; !(await probe());) {
      if (this.at >= end) throw new Error(`${most / 1000} seconds have passed without ${what}`);
      await this.pass(step, project);
    }
  }
}
