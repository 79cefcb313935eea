import type { Logger } from '../../common/logger';
import { supersededSentence, type DriverHolder } from '../../domain/run/driverHolder';
import { DriverError, type Driver } from '../run/driver';
import { holderOf, type Claims } from './claims';
import { Heartbeat } from './heartbeat';

/** Milliseconds between two beats; also how soon a driver that does nothing notices that it was replaced. */
const beatEvery = 1000;

/** A claim that this process made. */
export class HeldClaim implements Driver {
  private readonly loss = new AbortController();
  private heartbeat: Heartbeat | undefined;
  private releasing: Promise<void> | undefined;
  readonly lost = this.loss.signal;

  private constructor(
    private readonly claims: Claims,
    readonly epoch: number,
    private readonly logger: Logger,
  ) {}

  static async start(claims: Claims, number: number, logger: Logger): Promise<HeldClaim> {
    const held = new HeldClaim(claims, number, logger);
    held.heartbeat = await Heartbeat.start(claims.heartbeatFile(number), logger, beatEvery, () => held.look()); // ended by release
    await claims.tidy(number).catch((error: unknown) => logger.warn(`old claims in ${claims.folder} stay: ${String(error)}`));
    return held;
  }

  check(): void {
    if (this.releasing) throw new DriverError('superseded', 'This process has stopped driving the repository.');
    if (!this.lost.aborted && !this.isHighest()) this.lose();
    this.lost.throwIfAborted();
  }

  release(): Promise<void> {
    return (this.releasing ??= this.giveBack());
  }

  /** A claim that is not there any more says that somebody cleaned up: who drives now cannot be known. */
  private isHighest(): boolean {
    try {
      const numbers = this.claims.numbers();
      return numbers.includes(this.epoch) && Math.max(...numbers) === this.epoch;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      const problem = `It cannot be seen whether this process still drives the repository: ${String(error)}.`;
      throw new DriverError('inaccessible', `${problem} Check the permissions of ${this.claims.folder}.`, undefined, error);
    }
  }

  private look(): void {
    if (this.lost.aborted || this.releasing) return;
    try {
      if (!this.isHighest()) this.lose();
    } catch (error) {
      this.logger.warn(String(error));
    }
  }

  private lose(): void {
    if (this.lost.aborted) return;
    const holder = this.successor();
    const error = new DriverError('superseded', supersededSentence(holder), holder);
    this.logger.warn(`driver ${this.epoch} was replaced: ${error.message}`);
    this.loss.abort(error);
  }

  private successor(): DriverHolder | undefined {
    try {
      const highest = Math.max(...this.claims.numbers());
      return highest > this.epoch ? holderOf(this.claims.read(highest)) : undefined;
    } catch {
      return undefined;
    }
  }

  private async giveBack(): Promise<void> {
    this.heartbeat?.dispose();
    await this.claims.markReleased(this.epoch).catch((error: unknown) => {
      this.logger.warn(`claim ${this.epoch} could not be marked as released: ${String(error)}. It counts as ours until this process ends.`);
    });
  }
}
