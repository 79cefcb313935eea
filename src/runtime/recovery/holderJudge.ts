import type { Claims, NumberedClaim } from './claims';
import { HeartbeatWatch } from './heartbeat';
import { isStillThere, judgeProcess, type ProcessIdentity } from './processIdentity';

export type Verdict = 'alive' | 'dead' | 'undecided';

export type JudgeOptions = {
  /** Milliseconds without a heartbeat after which a holder on another machine counts as dead. */
  readonly silence?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic?: () => number;
};

const fifteenSeconds = 15_000;

/** Whether the holder of a claim lives; remembers what it saw of heartbeats between two looks. */
export class HolderJudge {
  private readonly heartbeats: HeartbeatWatch;
  private foundAlive: number | undefined;

  constructor(
    private readonly claims: Claims,
    private readonly own: ProcessIdentity,
    { silence = fifteenSeconds, monotonic = () => performance.now() }: JudgeOptions = {},
  ) {
    this.heartbeats = new HeartbeatWatch(silence, monotonic);
  }

  /** A claim that cannot be understood is judged by its heartbeat. `undecided`: look again a little later. */
  async judge({ number, isReleased, claim }: NumberedClaim): Promise<Verdict> {
    if (isReleased) return 'dead';
    if (claim && this.foundAlive === number) return (await isStillThere(claim, this.own)) ? 'alive' : 'dead';
    const verdict = claim ? await judgeProcess(claim, this.own) : 'elsewhere';
    if (verdict === 'elsewhere') return this.heartbeats.look(this.claims.heartbeatFile(number));
    this.foundAlive = verdict === 'alive' ? number : undefined;
    return verdict;
  }
}
