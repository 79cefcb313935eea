import { FilesError, missingFolder } from './filesError';
import type { WorkstreamFiles } from './readWorkstream';

/**
 * That plan and task states can be read. What is written from them would otherwise say that nothing was planned or done, over a
 * document that says more.
 * @throws FilesError `missing` without a plan, `unparsable` with the file and the place of what is wrong in it.
 */
export function assertReadable({ id, folder, missing, planPath, planText, plan, tasks }: WorkstreamFiles): void {
  if (missing) throw missingFolder(id, folder);
  if (tasks.kind === 'bad') {
    const { message, file, line, column = 1 } = tasks.problem;
    throw new FilesError('unparsable', message, { file, position: line === undefined ? undefined : { line, column } });
  }
  if (plan.plan) return;
  const { message, line } = plan.diagnostics[0] ?? { message: 'it cannot be read', line: 1 };
  if (planText === undefined) throw new FilesError('missing', message, { file: planPath });
  throw new FilesError('unparsable', `Failed to parse PLAN.md: line ${line}: ${message}`, {
    file: planPath,
    position: { line, column: 1 },
  });
}
