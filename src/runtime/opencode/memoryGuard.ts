import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { abortable } from '../../common/abort';
import type { Logger } from '../../common/logger';

export type MemoryGuardOptions = {
  /** Megabytes; 0 for no limit. Read each time. */
  readonly limit: () => number;
  readonly server: {
    /** Of the server that we may restart; undefined when there is none. */
    readonly ownPid: number | undefined;
    restartIfIdle(): Promise<boolean>;
  };
  /** Whether somebody waits for an agent at work, or brings a prompt to it just now, and how often a prompt was brought. */
  readonly use: () => { readonly inUse: boolean; readonly uses: number };
  readonly logger: Logger;
  /** Milliseconds between two looks. */
  readonly lookEvery?: number;
};

/**
 * Keeps the server's memory below the limit: only a restart gives memory back, and it may happen only while no agent works. So
 * past the limit no new attempt begins until the ones under way have ended and the server was restarted.
 */
export class MemoryGuard {
  private waiting: Promise<void> | undefined;
  /** A limit that a server that was just started is past already. */
  private hopeless = 0;
  private warned = false;

  constructor(private readonly options: MemoryGuardOptions) {}

  /** Resolves when an attempt may begin. */
  async pass(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waiting ??= this.wait().finally(() => (this.waiting = undefined));
    return abortable(this.waiting, signal);
  }

  private async wait(): Promise<void> {
    const { limit, logger, use, lookEvery = 1000 } = this.options;
    for (let told = false; ; told = true) {
      const most = limit();
      const held = await this.megabytes();
      if (most === 0 || most === this.hopeless || held === undefined || held <= most) return;
      if (!told) logger.info(`the opencode server holds ${held} MB, more than ${most}: it is restarted when no agent works`);
      const { uses } = use();
      await pause(lookEvery); // a prompt is stored a moment before its session is busy
      if (use().inUse || use().uses !== uses || !(await this.restarted())) continue;
      const after = await this.megabytes();
      logger.info(`restarted the opencode server; it holds ${after ?? 0} MB now`);
      if (after !== undefined && after > most) {
        this.hopeless = most;
        logger.warn(
          `work.server.memoryLimit (${most}) is less than the opencode server needs when it does nothing (${after} MB); it is ignored.`,
        );
      }
      return;
    }
  }

  /** A server that does not come back is the attempt's to tell of: it asks for one. */
  private async restarted(): Promise<boolean> {
    try {
      return await this.options.server.restartIfIdle();
    } catch (error) {
      this.options.logger.warn(`the opencode server was stopped for its memory and did not start again: ${String(error)}`);
      return true;
    }
  }

  private async megabytes(): Promise<number | undefined> {
    const { server, limit, logger } = this.options;
    if (server.ownPid === undefined || limit() === 0) return undefined;
    const held = await residentMegabytes(server.ownPid);
    if (held === undefined && process.platform !== 'linux' && !this.warned) {
      this.warned = true;
      logger.warn('work.server.memoryLimit has no effect here: how much memory the opencode server holds is known on Linux only.');
    }
    return held;
  }
}

/** What the process holds in memory, in megabytes; undefined when it is gone, and where that cannot be asked (all but Linux). */
export async function residentMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}
