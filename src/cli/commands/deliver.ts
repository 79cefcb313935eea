import { numberOption, streamOption, type CliCommand } from '../commandLine';
import { tellDelivery, withRepository } from '../withRepository';
import { openStream } from '../repository';

const options = { ...streamOption, stage: { type: 'string' } } as const;

export const deliverCommand: CliCommand = {
  name: 'deliver',
  summary: 'Bring approved work into the branch that was checked out when the workstream first ran; what is in the way is named',
  usage: 'deliver [--stage <N>]',
  options,
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const stage = numberOption(values, 'stage');
    return withRepository(files.root, values, io, async ({ deliveries }) => tellDelivery(await deliveries.deliver(stream.id, stage), io));
  },
};

export const undoDeliveryCommand: CliCommand = {
  name: 'undo-delivery',
  summary: 'Take the last delivery out of your branch again, while nothing came after it',
  usage: 'undo-delivery [--stage <N>]',
  options,
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const stage = numberOption(values, 'stage');
    return withRepository(files.root, values, io, async ({ deliveries }) => tellDelivery(await deliveries.undo(stream.id, stage), io));
  },
};
