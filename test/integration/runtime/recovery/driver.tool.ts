import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/common/clock';
import { silentLogger } from '../../../../src/common/logger';
import { Journal } from '../../../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../../../src/runtime/journal/journalPaths';
import { claimDriver } from '../../../../src/runtime/recovery/driverClaim';
import { DriverError } from '../../../../src/runtime/run/driver';
import { Effects } from '../../../../src/runtime/run/effects';

/**
 * Tries to become the driver of the folder in its first argument and says how that went (`driving <N>`). Then, by its second:
 * `hold` until its input ends; `work`: appends to a journal and does effects, each a line in `effects.txt`, until it is refused;
 * `race`: gives the claim back at once and tries again, so many times.
 */
const [, , commonDir = '', mode = 'hold', rounds = '1'] = process.argv;
const say = (text: string) => process.stdout.write(`${text}\n`);
const claim = () => claimDriver(commonDir, { clock: systemClock, logger: silentLogger, program: 'a test' });

async function race(): Promise<void> {
  for (let won = 0; won < Number(rounds);) {
    try {
      const driver = await claim();
      driver.check();
      say(`driving ${driver.epoch}`);
      won += 1;
      await driver.release();
    } catch (error) {
      if (!(error instanceof DriverError && error.reason === 'held')) throw error;
    }
  }
}

async function work(): Promise<void> {
  const driver = await claim();
  const file = journalFile(journalFolder(commonDir, '001-sample'));
  const guard = () => driver.check();
  const journal = await Journal.open(file, { clock: systemClock, epoch: driver.epoch, logger: silentLogger, guard });
  const effects = new Effects(journal, guard);
  say(`driving ${driver.epoch}`);
  try {
    for (let step = 0; ; step++) {
      await effects.run('commit', `${driver.epoch}/${step}`, null, async () => {
        appendFileSync(path.join(commonDir, 'effects.txt'), `${driver.epoch}\n`);
        await new Promise(resolve => setTimeout(resolve, 1));
        return null;
      });
    }
  } catch (error) {
    say(`stopped by ${error instanceof DriverError ? error.reason : String(error)}`);
  }
}

try {
  if (mode === 'race') await race();
  else if (mode === 'work') await work();
  else {
    const driver = await claim();
    say(`driving ${driver.epoch}`);
    await new Promise(resolve => process.stdin.resume().on('end', resolve));
    await driver.release();
  }
} catch (error) {
  say(error instanceof DriverError ? error.reason : String(error));
}
process.exit();
