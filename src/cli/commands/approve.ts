import { exitCodes, flag, streamOption, stringOption, UsageError, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { openStream } from '../repository';

export const approveCommand: CliCommand = {
  name: 'approve',
  summary: 'Open the gate behind a stage, so that the next one may run; or take it back',
  usage: 'approve stage <N> [--force] [--revoke [--reason "…"]]',
  options: { ...streamOption, force: { type: 'boolean' }, revoke: { type: 'boolean' }, reason: { type: 'string' } },
  positionals: true,
  async run(values, [what, number, ...rest], io) {
    if (what !== 'stage' || number === undefined || !/^\d+$/.test(number) || rest.length > 0) {
      throw new UsageError('say which stage: work approve stage 1');
    }
    const { files, stream } = await openStream(values, io);
    const actions = planActions(files, io);
    if (flag(values, 'revoke')) {
      await actions.revokeStage(stream.id, Number(number), stringOption(values, 'reason'));
      io.out(`The approval of stage ${Number(number)} is taken back.\n`);
    } else {
      await actions.approveStage(stream.id, Number(number), { force: flag(values, 'force') });
      io.out(`Stage ${Number(number)} is approved.\n`);
    }
    return exitCodes.done;
  },
};
