import { parseSourceRecord, type SourceRecord } from '../../domain/sources/sourceRecord';
import { withoutMarks } from '../../domain/sources/withoutMarks';
import type { Git } from '../git/git';
import { editSourceFile } from '../sources/sourceFiles';
import type { RunContext } from './runContext';
import type { Workplace } from './workplace';

/**
 * Takes out of a worktree what its agent ticked off by itself in the files that the plan came from. Finished work is ticked off in the
 * main checkout: the same from a thread as well would meet it there, uncommitted, when the thread is delivered, and meet what other
 * threads ticked when it is merged. It stays where nothing is written back: no other mark will be made there then; and in the user's own
 * checkout, where it stands in the very file that is ticked.
 * @returns the files, relative to the repository @throws {GitError}
 */
export async function takeBackMarks(
  { files, settings, streamId }: Pick<RunContext, 'files' | 'settings' | 'streamId'>,
  git: Git,
  { directory, branch, base }: Workplace,
): Promise<readonly string[]> {
  if (branch === undefined || !settings.sources.writeBack) return [];
  const text = await files.readSource(streamId);
  const record = text === undefined ? undefined : parseSourceRecord(text);
  const place = record && markedFiles(record);
  if (!place) return [];
  const args = ['diff', '--name-only', '--no-renames', '-z', '--diff-filter=M', '--end-of-options', base, '--', `:(top,glob)${place}`];
  const changed = (await git.run(args, { cwd: directory })).stdout.split('\0').filter(name => name !== '');
  const takenBack: string[] = [];
  for (const file of changed) {
    const before = await git.run(['show', '--end-of-options', `${base}:${file}`], { cwd: directory });
    const edited = await editSourceFile(directory, file, now => {
      const plain = withoutMarks(before.stdout, now);
      return { text: plain, isMarked: plain !== now };
    });
    if (typeof edited !== 'string' && edited.isMarked) takenBack.push(file);
  }
  return takenBack;
}

/** Those that finished work is marked in. */
function markedFiles({ kind, path }: SourceRecord): string | undefined {
  const literal = path.replace(/[*?[\\]/g, '\\$&');
  if (kind === 'openspec') return `${literal}/tasks.md`;
  return kind === 'tasks' ? `${literal}/**/*.md` : undefined;
}
