import { count } from '../../common/text';
import { tasksToRun } from '../../domain/run/threadWork';
import type { BatchNode } from '../../domain/tree/nodes';
import { exitCodes, flag, streamOption, type CliCommand, type Io } from '../commandLine';
import { budgetOptions, serverOptions } from '../cliRuntime';
import { cutOffBatch, runBatch, tellAllComplete } from '../runBatch';
import { readSnapshot } from '../snapshot';

export const continueCommand: CliCommand = {
  name: 'continue',
  summary: 'Run the next incomplete batch; asks first when it was tried before',
  usage: 'continue [--port <n>] [--no-server] [--run-anyway] [--turns-per-task <n>] [--cost-limit <dollars>]',
  options: { ...streamOption, ...serverOptions, ...budgetOptions, 'run-anyway': { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await readSnapshot(values, io);
    const open = await cutOffBatch(files.root, stream.id, values, io);
    if (open !== undefined) {
      return runBatch(
        { root: files.root, stream: stream.id, batch: open, dryRun: false, ignoreGate: flag(values, 'run-anyway') },
        values,
        io,
      );
    }
    if (stream.nextBatch === null) return tellAllComplete(stream, io);
    const batch = stream.stages.flatMap(stage => stage.batches).find(candidate => candidate.id === stream.nextBatch);
    if (batch && !(await mayContinue(batch, io))) {
      io.out('Nothing was started.\n');
      return exitCodes.done;
    }
    return runBatch(
      { root: files.root, stream: stream.id, batch: stream.nextBatch, dryRun: false, ignoreGate: flag(values, 'run-anyway') },
      values,
      io,
    );
  },
};

/** A batch with attempts behind it is shown before its open tasks are tried again. */
async function mayContinue(batch: BatchNode, io: Io): Promise<boolean> {
  const tried = batch.threads.filter(thread => thread.tasks.some(task => task.attempts.length > 0));
  if (tried.length === 0) return true;
  io.out(`Batch ${batch.id} (${batch.name}) was started before:\n`);
  for (const thread of batch.threads) {
    const todo = tasksToRun(thread.tasks).length;
    const what = todo > 0 ? `${todo} of ${count(thread.tasks.length, 'task')} to run` : thread.awaitsMerge ? 'to be merged' : 'done';
    io.out(`  ${thread.id} ${thread.name}: ${thread.status}, ${what}${thread.reason === undefined ? '' : ` (${thread.reason})`}\n`);
  }
  const answer = await io.ask('1) Continue with what is open  2) Abort [1]: ');
  return answer === undefined || answer.trim() === '' || answer.trim() === '1';
}
