import type { ReadDriver } from './model/driverPresence';
import { claimsOf } from './recovery/driverClaim';
import { DriverPresence } from './recovery/driverPresence';

/** Says who drives a repository, for those who only look. */
export function driverReader(commonDir: () => Promise<string>): ReadDriver {
  let presence: Promise<DriverPresence> | undefined;
  return async () => {
    presence ??= commonDir().then(folder => new DriverPresence(claimsOf(folder)));
    return (await presence).read();
  };
}
