import { oneLine, truncate } from '../../common/text';
import type { SourceProblem } from '../../domain/sources/importedPlan';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { runExternal, type ExternalCall, type ExternalResult } from './externalProgram';

const limit = 60_000;
const longestAdvice = 1000;

const idOf = (folder: string) => folder.split('/').at(-1) ?? folder;

function call(root: string, env: ProgramEnvironment): ExternalCall {
  return { cwd: root, env: { ...env, OPENSPEC_TELEMETRY: '0' }, limit }; // it would tell its makers
}

/** What `openspec validate --strict` finds in a change; nothing where the program is not there. */
export async function validateChange(root: string, folder: string, env: ProgramEnvironment): Promise<readonly SourceProblem[]> {
  const result = await runExternal('openspec', ['validate', idOf(folder), '--strict', '--no-interactive'], call(root, env));
  if (result.kind !== 'failed') return [];
  const message = `openspec validate --strict does not take it: ${wordsOf(result)}`;
  return [{ severity: 'warning', message, at: { file: `${folder}/proposal.md`, line: 1 } }];
}

/** Lets `openspec archive` bring a change into the specifications and put it away. Gives whether it did, in a sentence. */
export async function archiveChange(
  root: string,
  folder: string,
  env: ProgramEnvironment,
): Promise<{ readonly isDone: boolean; readonly said: string }> {
  const id = idOf(folder);
  const result = await runExternal('openspec', ['archive', id, '--yes'], call(root, env));
  if (result.kind === 'done') return { isDone: true, said: `openspec archived ${id}, and its requirements are in openspec/specs.` };
  const why = result.kind === 'absent' ? 'openspec was not found on PATH' : wordsOf(result);
  return { isDone: false, said: `${id} was not archived: ${why}. By hand: openspec archive ${id} --yes` };
}

const wordsOf = ({ said, reason }: ExternalResult & { kind: 'failed' }) => truncate(oneLine(said === '' ? reason : said), longestAdvice);
