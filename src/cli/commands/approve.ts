import { count } from '../../common/text';
import { exitCodes, flag, streamOption, stringOption, UsageError, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { deliveringIn, tellDelivery, withRepository } from '../withRepository';
import { planActions, planTasks } from '../planActions';
import { openStream } from '../repository';

export const approveCommand: CliCommand = {
  name: 'approve',
  summary:
    'Approve the plan as it is now, take the tasks of TASKS.md, or open the gate behind a stage, so that the next one may run; or take it back',
  usage: 'approve plan | tasks | stage <N> [--force] [--revoke [--reason "…"]]',
  options: { ...streamOption, force: { type: 'boolean' }, revoke: { type: 'boolean' }, reason: { type: 'string' } },
  positionals: true,
  async run(values, positionals, io) {
    if (positionals.length === 1 && positionals[0] === 'tasks') return approveTasks(values, io);
    const stage = subjectOf(positionals);
    const { files, stream } = await openStream(values, io);
    const actions = planActions(files, io);
    const force = flag(values, 'force');
    const reason = stringOption(values, 'reason');
    const what = stage === 'plan' ? 'The plan' : `Stage ${stage}`;
    if (flag(values, 'revoke')) {
      await (stage === 'plan' ? actions.revokePlan(stream.id, reason) : actions.revokeStage(stream.id, stage, reason));
      io.out(`The approval of ${stage === 'plan' ? 'the plan' : `stage ${stage}`} is taken back.\n`);
    } else {
      await (stage === 'plan' ? actions.approvePlan(stream.id, { force }) : actions.approveStage(stream.id, stage, { force }));
      io.out(`${what} is approved.\n`);
      if (stage !== 'plan') {
        const delivery = await withRepository(files.root, values, io, ({ deliveries }) =>
          deliveries.afterApproval(stream.id, stage, deliveringIn(io)),
        );
        // The approval stands; what stands in the way of the delivery is said.
        if (delivery && delivery.kind !== 'nothing') tellDelivery(delivery, io);
      }
    }
    return exitCodes.done;
  },
};

async function approveTasks(values: OptionValues, io: Io): Promise<number> {
  const { files, stream } = await openStream(values, io);
  const taken = await planTasks(files, io).takeDocument(stream.id);
  io.out(`Took ${count(taken, 'task')} of TASKS.md into tasks.json, wrote all prompts and deleted TASKS.md.\n`);
  return exitCodes.done;
}

function subjectOf([what, number, ...rest]: readonly string[]): 'plan' | number {
  if (what === 'plan' && number === undefined) return 'plan';
  if (what === 'stage' && number !== undefined && /^\d+$/.test(number) && rest.length === 0) return Number(number);
  throw new UsageError('say what: work approve plan, work approve tasks, or work approve stage 1');
}
