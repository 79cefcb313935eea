import { count } from '../../common/text';
import { exitCodes, flag, streamOption, UsageError, type CliCommand } from '../commandLine';
import { planTasks } from '../planActions';
import { openStream } from '../repository';

export const tasksCommand: CliCommand = {
  name: 'tasks',
  summary: 'Write TASKS.md, where the tasks of each thread are filled in, or give each thread without tasks one of its name',
  usage: 'tasks [--force | --straight]',
  options: { ...streamOption, force: { type: 'boolean' }, straight: { type: 'boolean' } },
  async run(values, _positionals, io) {
    if (flag(values, 'force') && flag(values, 'straight')) throw new UsageError('--force and --straight are mutually exclusive');
    const { files, stream } = await openStream(values, io);
    const tasks = planTasks(files, io);
    if (flag(values, 'straight')) {
      const added = await tasks.addStraight(stream.id);
      io.out(added.length === 0 ? 'Every thread has tasks already.\n' : `Added ${count(added.length, 'task')}: ${added.join(', ')}\n`);
    } else {
      await tasks.writeDocument(stream.id, { force: flag(values, 'force') });
      io.out(`Wrote work/${stream.id}/TASKS.md\nFill it in, then: work approve tasks\n`);
    }
    return exitCodes.done;
  },
};
