import type { Disposable } from '../../common/event';
import type { LiveServer } from './liveServer';
import { isOpencodeError } from './opencodeError';
import { isAlive } from './processes';
import { readHealth } from './serverHealth';

const lookEvery = 2000;
/** Every how many looks a server's health is asked for, and how often in a row it may stay silent. */
const healthEvery = 5;
const healthFailures = 6;

/** Looks again and again whether a server is still there, and says so once when it is not. Does not keep the process alive. */
export class ServerWatch implements Disposable {
  private readonly timer: NodeJS.Timeout;
  private looks = 0;
  private failures = 0;
  private looking: Promise<void> | undefined;

  constructor(
    readonly server: LiveServer,
    private readonly onLost: (server: LiveServer, why: string) => void | Promise<void>,
  ) {
    this.timer = setInterval(() => void this.look(), lookEvery);
    this.timer.unref();
    server.launched?.onEnd(() => void this.look());
  }

  /** Looks at once. */
  look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private async lookNow(): Promise<void> {
    const { process, connection } = this.server;
    if (process && !(await isAlive(process.pid))) return this.onLost(this.server, 'The opencode server ended unexpectedly.');
    this.looks += 1;
    if (process && this.looks % healthEvery !== 0) return;
    try {
      await readHealth(connection, 10_000);
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      const isSilent = isOpencodeError(error, 'unreachable');
      if (isSilent && process && this.failures < healthFailures) return;
      await this.onLost(this.server, error instanceof Error ? error.message : String(error));
    }
  }
}
