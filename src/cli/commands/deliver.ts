import type { DeliveryResult } from '../../domain/delivery/deliveryWords';
import type { Deliveries } from '../../runtime/delivery/deliveries';
import { numberOption, streamOption, type CliCommand } from '../commandLine';
import { tellDelivery, withRepository } from '../withRepository';
import { openStream } from '../repository';

type Move = (deliveries: Deliveries, stream: string, stage: number | undefined) => Promise<DeliveryResult>;

export const deliverCommand = moving({
  name: 'deliver',
  summary: 'Bring approved work into the branch that was checked out when the workstream first ran; what is in the way is named',
  move: (deliveries, stream, stage) => deliveries.deliver(stream, stage),
});

export const undoDeliveryCommand = moving({
  name: 'undo-delivery',
  summary: 'Take the last delivery out of your branch again, while nothing came after it',
  move: (deliveries, stream, stage) => deliveries.undo(stream, stage),
});

function moving({ name, summary, move }: { readonly name: string; readonly summary: string; readonly move: Move }): CliCommand {
  return {
    name,
    summary,
    usage: `${name} [--stage <N>]`,
    options: { ...streamOption, stage: { type: 'string' } },
    async run(values, _positionals, io) {
      const { files, stream } = await openStream(values, io);
      const stage = numberOption(values, 'stage');
      return withRepository(files.root, values, io, async ({ deliveries }) => tellDelivery(await move(deliveries, stream.id, stage), io));
    },
  };
}
