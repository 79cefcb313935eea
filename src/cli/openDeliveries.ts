import { untranslated } from '../common/translate';
import { deliverySentence, type DeliveryResult } from '../domain/delivery/deliveryWords';
import type { Deliveries } from '../runtime/delivery/deliveries';
import { openRuntime } from './cliRuntime';
import { exitCodes, type Io, type OptionValues } from './commandLine';

/** Works with the deliveries of a repository; no server is started. */
export async function withDeliveries<T>(
  root: string,
  values: OptionValues,
  io: Io,
  work: (deliveries: Deliveries) => Promise<T>,
): Promise<T> {
  const { runtime } = await openRuntime(root, values, io);
  try {
    return await work(runtime.repository(root).deliveries);
  } finally {
    runtime.dispose();
  }
}

/** Says how a delivery ended and gives the exit code for it. */
export function tellDelivery(result: DeliveryResult, io: Io): number {
  const sentence = `${deliverySentence(result, untranslated)}\n`;
  if (result.kind !== 'refused') io.out(sentence);
  else io.err(sentence);
  return result.kind === 'refused' ? exitCodes.failed : exitCodes.done;
}
