import { handOffSentence } from '../../domain/prompts/handOff';
import { normalizeId } from '../../domain/ids';
import { resolveStage, resolveBatch } from '../../domain/nameResolution';
import { exitCodes, flag, streamOption, stringOption, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { CliError } from '../repository';
import { readSnapshot } from '../snapshot';

export const promptCommand: CliCommand = {
  name: 'prompt',
  summary: 'Write the prompt files of a stage, a batch, a thread, or of the whole plan',
  usage: 'prompt [--stage <N|name> [--batch <N|name>]] [--thread <SS.BB.TT>] [--json]',
  options: { ...streamOption, stage: { type: 'string' }, batch: { type: 'string' }, thread: { type: 'string' }, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { files, stream } = await readSnapshot(values, io);
    const stageName = stringOption(values, 'stage');
    const batchName = stringOption(values, 'batch');
    const threadId = stringOption(values, 'thread');
    const stage = stageName === undefined ? undefined : resolveStage(stream.stages, stageName);
    const batch = batchName === undefined || !stage ? undefined : resolveBatch(stage.batches, batchName, stage);
    if (batchName !== undefined && !stage) throw new CliError('--batch needs --stage');
    if (threadId !== undefined && normalizeId(threadId)?.split('.').length !== 3) {
      throw new CliError(`Invalid thread ID format: ${threadId}. Expected "stage.batch.thread" (e.g., "01.01.02")`);
    }
    const scope = threadId === undefined ? (batch?.id ?? stage?.id) : normalizeId(threadId);
    const written = await planActions(files, io).writePrompts(stream.id, scope);
    if (written.length === 0) throw new CliError(`Thread "${scope ?? ''}" not found in the plan of workstream "${stream.id}"`);
    if (flag(values, 'json')) io.out(`${JSON.stringify(written, undefined, 2)}\n`);
    else {
      for (const { thread, path, collision } of written) {
        io.out(`${thread}  ${path}${collision ? '  (warning: shared with another thread of the same name)' : ''}\n`);
      }
      const [first] = written;
      if (stage && first) io.out(`${handOffSentence(stage.id)}\n`);
    }
    return exitCodes.done;
  },
};
