import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isoTime } from '../../common/clock';
import { heldSentence } from '../../domain/run/driverHolder';
import { DriverError, type Driver, type DriverOptions } from '../run/driver';
import { Claims, holderOf, type Claim, type NumberedClaim } from './claims';
import { HeldClaim } from './heldClaim';
import { highestEpoch } from './highestEpoch';
import { HolderJudge, type JudgeOptions } from './holderJudge';
import { ownIdentity } from './processIdentity';

/** Milliseconds between two looks at a holder's heartbeat. */
const lookEvery = 250;

/** `<git-common-dir>/work/drivers` */
export const claimsOf = (commonDir: string) => new Claims(path.join(commonDir, 'work', 'drivers'));

/**
 * Makes this process the one driver of a repository, with a number higher than every driver's before. A holder that died on
 * this machine is followed at once; one on another machine after 15 s without a heartbeat; one that lives is passed over only
 * with `takeOver`, and only the one that drove when this was called.
 * @throws {DriverError} `held`, with a message that names the holder; `inaccessible` when no claim can be made.
 */
export async function claimDriver(commonDir: string, options: DriverOptions & JudgeOptions): Promise<Driver> {
  const claims = claimsOf(commonDir);
  try {
    return await claim(commonDir, claims, options);
  } catch (error) {
    if (error instanceof DriverError || options.signal?.aborted === true) throw error;
    const advice = `Check the permissions of ${claims.folder} and the free space of its disk.`;
    throw new DriverError('inaccessible', `This repository cannot be driven from here: ${String(error)}. ${advice}`, undefined, error);
  }
}

async function claim(commonDir: string, claims: Claims, options: DriverOptions & JudgeOptions): Promise<Driver> {
  const { signal, takeOver = false, clock, logger, program = 'work' } = options;
  const own = await ownIdentity();
  const judge = new HolderJudge(claims, own, options);
  const passedOver = takeOver ? (await claims.latest())?.number : undefined;
  for (;;) {
    signal?.throwIfAborted();
    const latest = await claims.latest();
    if (latest && latest.number !== passedOver && !(await isFree(latest, judge))) {
      await pause(lookEvery, undefined, signal ? { signal } : {});
      continue;
    }
    const number = (latest?.number ?? (await highestEpoch(commonDir))) + 1;
    const mine: Claim = { ...own, program, since: isoTime(clock.now()) };
    if (!(await claims.make(number, mine))) continue; // somebody was faster: look again at who that is
    if (latest && !latest.isReleased) logger.info(`driver ${number} follows ${latest.number}, which had not given up its claim`);
    return HeldClaim.start(claims, number, logger);
  }
}

/** False: not known yet. */
async function isFree(latest: NumberedClaim, judge: HolderJudge): Promise<boolean> {
  const verdict = await judge.judge(latest);
  const holder = holderOf(latest.claim);
  if (verdict === 'alive') throw new DriverError('held', heldSentence(holder), holder);
  return verdict === 'dead';
}
