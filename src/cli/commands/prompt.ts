import { untranslated } from '../../common/translate';
import { handOffSentence } from '../../domain/prompts/handOff';
import { levelOf, normalizeId } from '../../domain/ids';
import { resolveStage, resolveBatch } from '../../domain/nameResolution';
import { exitCodes, flag, streamOption, stringOption, toJson, UsageError, type CliCommand } from '../commandLine';
import { planActions } from '../planActions';
import { CliError } from '../repository';
import { readSnapshot } from '../snapshot';

export const promptCommand: CliCommand = {
  name: 'prompt',
  summary: 'Write the prompt files of a stage, a batch, a thread, or of the whole plan',
  usage: 'prompt [--stage <N|name> [--batch <N|name>]] [--thread <SS.BB.TT>] [--json]',
  options: { ...streamOption, stage: { type: 'string' }, batch: { type: 'string' }, thread: { type: 'string' }, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const stageName = stringOption(values, 'stage');
    const batchName = stringOption(values, 'batch');
    const threadId = stringOption(values, 'thread');
    if (batchName !== undefined && stageName === undefined) throw new UsageError('--batch needs --stage');
    if (threadId !== undefined && stageName !== undefined) throw new UsageError('--thread and --stage are mutually exclusive');
    const { files, stream } = await readSnapshot(values, io);
    const stage = stageName === undefined ? undefined : resolveStage(stream.stages, stageName);
    const batch = batchName === undefined || !stage ? undefined : resolveBatch(stage.batches, batchName, stage);
    if (threadId !== undefined && normalizeId(threadId)?.split('.').length !== 3) {
      throw new CliError(`Invalid thread ID format: ${threadId}. Expected "stage.batch.thread" (e.g., "01.01.02")`);
    }
    const scope = threadId === undefined ? (batch?.id ?? stage?.id) : normalizeId(threadId);
    const written = await planActions(files, io).writePrompts(stream.id, scope);
    if (written.length === 0) throw new CliError(nothingWritten(stream.id, scope));
    const folder = `work/${stream.id}`;
    for (const { thread, path } of written.filter(prompt => prompt.collision)) {
      const others = written.filter(prompt => prompt.path === path && prompt.thread !== thread).map(prompt => prompt.thread);
      io.err(`warning: ${folder}/${path} is now the prompt of ${thread}, no longer of ${others.join(', ')}. Rename one of the threads.\n`);
    }
    if (flag(values, 'json')) {
      io.out(toJson(written.map(prompt => ({ ...prompt, path: `${folder}/${prompt.path}` }))));
      return exitCodes.done;
    }
    for (const { thread, path } of written) io.out(`${thread}  ${folder}/${path}\n`);
    if (stage) io.out(`${handOffSentence(stage.id, batch?.id ?? stage.batches[0]?.id, untranslated)}\n`);
    return exitCodes.done;
  },
};

function nothingWritten(stream: string, scope: string | undefined): string {
  if (scope === undefined) return `The plan of workstream "${stream}" has no threads yet. Check it with: work validate plan`;
  const level = levelOf(scope) ?? 'part';
  if (level === 'thread') return `Thread "${scope}" not found in the plan of workstream "${stream}"`;
  return `The ${level} ${scope} of workstream "${stream}" has no threads yet.`;
}
