import type { DeliveryResult } from '../../domain/delivery/deliveryWords';
import type { Deliveries } from '../../runtime/delivery/deliveries';
import type { DeliverOptions } from '../../runtime/delivery/checkMerged';
import { flag, numberOption, streamOption, type CliCommand } from '../commandLine';
import { deliveringIn, tellDelivery, withRepository } from '../withRepository';
import { openStream } from '../repository';

type Move = (deliveries: Deliveries, stream: string, stage: number | undefined, options: DeliverOptions) => Promise<DeliveryResult>;

export const deliverCommand = moving({
  name: 'deliver',
  summary: 'Bring approved work into the branch that was checked out when the workstream first ran; what is in the way is named',
  force: 'Deliver although the checks fail on it, merged with your own commits',
  move: (deliveries, stream, stage, options) => deliveries.deliver(stream, stage, options),
});

export const undoDeliveryCommand = moving({
  name: 'undo-delivery',
  summary: 'Take the last delivery out of your branch again, while nothing came after it',
  move: (deliveries, stream, stage) => deliveries.undo(stream, stage),
});

type Words = { readonly name: string; readonly summary: string; /** What `--force` is for. */ readonly force?: string };

function moving({ name, summary, force, move }: Words & { readonly move: Move }): CliCommand {
  return {
    name,
    summary,
    usage: `${name} [--stage <N>]${force === undefined ? '' : ` [--force]   --force: ${force}`}`,
    options: { ...streamOption, stage: { type: 'string' }, ...(force === undefined ? {} : { force: { type: 'boolean' } }) },
    async run(values, _positionals, io) {
      const { files, stream } = await openStream(values, io);
      const stage = numberOption(values, 'stage');
      return withRepository(files.root, values, io, async ({ deliveries }) => {
        const options = { ...deliveringIn(io), unchecked: flag(values, 'force') };
        return tellDelivery(await move(deliveries, stream.id, stage, options), io);
      });
    },
  };
}
