import { formatDuration } from '../../common/duration';
import { oneLine, stripControl, truncate } from '../../common/text';
import { untranslated } from '../../common/translate';
import { verdictWords } from '../../domain/review/stageVerdict';
import { nothingPlanned } from '../../domain/run/progress';
import { attentionOf, type Attention } from '../../domain/status/attention';
import type { StageNode } from '../../domain/tree/nodes';
import { treeJson } from '../../domain/tree/treeJson';
import { exitCodes, flag, streamOption, toJson, type CliCommand } from '../commandLine';
import { readSnapshot } from '../snapshot';

export const statusCommand: CliCommand = {
  name: 'status',
  summary: 'Show how far a workstream is, which batch is next, and what is stale, failed, blocked or waits for you',
  usage: 'status [--json]',
  options: { ...streamOption, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { stream } = await readSnapshot(values, io);
    const attention = attentionOf(stream.stages);
    if (flag(values, 'json')) {
      const { stages, ...summary } = treeJson(stream);
      io.out(toJson({ ...summary, stages: stages.map(({ id, name, status }) => ({ id, name, status })), attention }));
      return exitCodes.done;
    }
    const { counts } = stream;
    io.out(`${stream.id}: ${stream.status}, ${stream.percent}% (${counts.completed + counts.cancelled}/${counts.total} tasks)\n`);
    for (const stage of stream.stages) {
      const approval = stage.approval === 'approved' ? ', approved' : stage.atGate ? `, waiting for approval${reviewOfGate(stage)}` : '';
      io.out(
        `  Stage ${stage.id} ${stage.name}: ${stage.status} (${stage.counts.completed + stage.counts.cancelled}/${stage.counts.total})${approval}\n`,
      );
    }
    const complete = nothingPlanned(stream, untranslated) ?? 'All batches are complete.';
    io.out(`${stream.nextBatch === null ? stripControl(complete) : `Next batch: ${stream.nextBatch}`}\n`);
    for (const each of attention) io.out(`${attentionLine(each, Date.now())}\n`);
    if (stream.planModifiedSinceApproval) io.out('The plan was modified since it was approved. Read it, then: work approve plan\n');
    for (const problem of stream.problems) io.err(`${problem.severity}: ${problem.file}: ${problem.message}\n`);
    return exitCodes.done;
  },
};

/** `  failed 3h 5m: 01.01.02.01 Router: npm test ended with exit code 1` */
function attentionLine({ kind, id, name, since, reason }: Attention, now: number): string {
  const age = since === undefined ? '' : ` ${formatDuration(now - Date.parse(since))}`;
  return `  ${kind}${age}: ${id} ${oneLine(name)}: ${truncate(oneLine(reason), 300)}`;
}

const reviewOfGate = ({ review }: StageNode) => (review ? ` (review by @${oneLine(review.agent)}: ${verdictWords(review.verdict)})` : '');
