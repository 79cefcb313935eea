import type { DriverHolder } from '../../domain/run/driverHolder';
import { holderOf, type Claims } from './claims';
import { HolderJudge } from './holderJudge';
import { ownIdentity } from './processIdentity';

/** Who drives a repository, for somebody who only watches: looks again and again, and remembers heartbeats in between. */
export class DriverPresence {
  private judge: Promise<HolderJudge> | undefined;

  constructor(private readonly claims: Claims) {}

  /** Undefined when nobody drives. A holder that may be dead counts as driving until that is certain. */
  async read(): Promise<{ readonly holder: DriverHolder | undefined } | undefined> {
    const latest = await this.claims.latest();
    if (!latest || latest.isReleased) return undefined;
    this.judge ??= ownIdentity().then(own => new HolderJudge(this.claims, own));
    return (await (await this.judge).judge(latest)) === 'dead' ? undefined : { holder: holderOf(latest.claim) };
  }
}
