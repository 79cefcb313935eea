import { systemClock } from '../../../../src/common/clock';
import { silentLogger } from '../../../../src/common/logger';
import { acquireDriver, DriverError } from '../../../../src/runtime/run/driverLock';

/** Tries to become the driver of the folder in its argument and says how that went; a driver stays until its input ends. */
const [, , commonDir = '', stale = '10000'] = process.argv;
try {
  const driver = await acquireDriver(commonDir, { clock: systemClock, logger: silentLogger, program: 'a test', stale: Number(stale) });
  process.stdout.write('driving\n');
  process.stdin.resume().on('end', () => void driver.release().then(() => process.exit()));
} catch (error) {
  process.stdout.write(`${error instanceof DriverError ? error.reason : String(error)}\n`);
  process.exit();
}
