import { stripControl } from '../common/text';
import { untranslated } from '../common/translate';
import type { Findings } from '../domain/run/checkRun';
import { allBatchesComplete, endLines, findingLines, nothingPlanned } from '../domain/run/progress';
import type { WorkstreamSnapshot } from '../domain/tree/nodes';
import type { GoOn } from '../runtime/run/goOn';
import { answerAsks } from './answerAsks';
import { answerBudgets } from './answerBudgets';
import { openRuntime } from './cliRuntime';
import { exitCodes, type Io, type OptionValues } from './commandLine';
import { RunProgress } from './runProgress';

export type BatchToRun = {
  readonly root: string;
  readonly stream: string;
  readonly batch: string;
  readonly dryRun: boolean;
  readonly ignoreGate: boolean;
  readonly takeOver?: boolean;
  /** As `RunRequest` has them. */
  readonly only?: readonly string[];
  readonly goOn?: GoOn;
};

/** Runs one batch in the foreground and prints what happens; Ctrl-C stops its agents and gives 130. */
export async function runBatch({ root, dryRun, ...request }: BatchToRun, values: OptionValues, io: Io): Promise<number> {
  const { runtime } = await openRuntime(root, values, io);
  try {
    const repository = runtime.repository(root).runs;
    if (dryRun) {
      const { text: described, findings } = await repository.dryRun(request);
      io.out(described === '' ? describeFindings(findings) : described);
      return findings.problems.length > 0 ? exitCodes.failed : exitCodes.done;
    }
    const progress = new RunProgress(repository.news, io);
    const asks = answerAsks(runtime.opencode.asks, io);
    const budgets = answerBudgets(runtime.budgetAsks, io);
    const stopping = () => io.out('Stopping the agents. Press Ctrl-C again to leave at once.\n');
    io.signal.addEventListener('abort', stopping, { once: true });
    try {
      const report = await repository.runBatch(request, io.signal);
      if (report.kind === 'refused') {
        io.err(describeFindings(report.findings));
        return exitCodes.failed;
      }
      io.status('');
      io.out(text(endLines(request.stream, report.result)));
      if (io.signal.aborted) return exitCodes.interrupted;
      return report.result.outcome === 'completed' ? exitCodes.done : exitCodes.failed;
    } finally {
      io.signal.removeEventListener('abort', stopping);
      asks.dispose();
      budgets.dispose();
      progress.dispose();
    }
  } finally {
    runtime.dispose();
  }
}

/** The batch that a driver left in the middle: it goes on before anything else begins. */
export async function cutOffBatch(root: string, stream: string, values: OptionValues, io: Io): Promise<string | undefined> {
  const { runtime } = await openRuntime(root, values, io, { isFirstLook: true });
  try {
    if (runtime.settings.recovery === 'leave') return undefined;
    return (await runtime.repository(root).recoverable()).find(open => open.stream === stream)?.batch;
  } finally {
    runtime.dispose();
  }
}

/** There is no batch to go on with: all are complete, or the plan has none, which is said as an error. */
export function tellAllComplete(stream: WorkstreamSnapshot, io: Io): number {
  const empty = nothingPlanned(stream, untranslated);
  if (empty === undefined) io.out(`${allBatchesComplete}\n`);
  else io.err(`Error: ${stripControl(empty)}\n`);
  return empty === undefined ? exitCodes.done : exitCodes.failed;
}

const describeFindings = (findings: Findings) => text(findingLines(findings));

const text = (lines: readonly string[]) => `${stripControl(lines.join('\n'))}\n`;
