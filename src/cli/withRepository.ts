import { untranslated } from '../common/translate';
import { deliverySentence, type DeliveryResult } from '../domain/delivery/deliveryWords';
import type { Settings } from '../domain/settings/settings';
import type { DeliverOptions } from '../runtime/delivery/checkMerged';
import type { Repository } from '../runtime/repository';
import { openRuntime } from './cliRuntime';
import { exitCodes, type Io, type OptionValues } from './commandLine';

/** Works with a repository as the window does; no server is started. */
export async function withRepository<T>(
  root: string,
  values: OptionValues,
  io: Io,
  work: (repository: Repository, settings: Settings) => Promise<T>,
): Promise<T> {
  const { runtime, settings } = await openRuntime(root, values, io);
  try {
    return await work(runtime.repository(root), settings);
  } finally {
    runtime.dispose();
  }
}

/** Says that a delivery is being checked, which may take minutes; Ctrl-C stops that. */
export const deliveringIn = (io: Io): DeliverOptions => ({
  whileChecking: (branch, work) => {
    io.err(`Checking the work merged with ${branch} …\n`);
    return work(io.signal);
  },
});

/** Says how a delivery ended and gives the exit code for it. */
export function tellDelivery(result: DeliveryResult, io: Io): number {
  const sentence = `${deliverySentence(result, untranslated)}\n`;
  if (result.kind !== 'refused') io.out(sentence);
  else io.err(sentence);
  return result.kind === 'refused' ? exitCodes.failed : exitCodes.done;
}
