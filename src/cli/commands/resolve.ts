import { normalizeId } from '../../domain/ids';
import { conflictWords, needsSide, type ConflictedFile } from '../../domain/merge/conflictKind';
import type { Repository } from '../../runtime/repository';
import type { ContinuedResolution } from '../../runtime/run/resolve/continueResolution';
import { openRuntime } from '../cliRuntime';
import { exitCodes, flag, streamOption, stringOption, UsageError, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { openStream } from '../repository';
import { reviewAtGate } from '../reviewAtGate';

type Place = { readonly repository: Repository; readonly stream: string; readonly thread: string; readonly io: Io };

export const resolveCommand: CliCommand = {
  name: 'resolve',
  summary: 'Resolve the merge conflict of a thread by hand, in a worktree of its own',
  usage: `resolve <SS.BB.TT> [--ours <file> | --theirs <file> | --mark <file> | --continue | --abandon]
  --ours <file>            take it as the integration branch has it
  --theirs <file>          take it as the thread has it
  --mark <file>            it is resolved, as it stands in the worktree now (git add)
  --continue               commit what was resolved, check it and merge it
  --abandon                remove the worktree; what was done in it is kept as a snapshot`,
  options: {
    ...streamOption,
    ours: { type: 'string' },
    theirs: { type: 'string' },
    mark: { type: 'string' },
    continue: { type: 'boolean' },
    abandon: { type: 'boolean' },
  },
  positionals: true,
  async run(values, [wanted, ...rest], io) {
    const thread = wanted === undefined ? undefined : normalizeId(wanted);
    if (thread?.split('.').length !== 3) throw new UsageError('say of which thread, e.g. work resolve 01.01.02');
    if (rest.length > 0) throw new UsageError(`too many words: ${rest.join(' ')}`);
    const asked = ['ours', 'theirs', 'mark', 'continue', 'abandon'].filter(name => values[name] !== undefined);
    if (asked.length > 1) throw new UsageError(`${asked.map(name => `--${name}`).join(' and ')} are mutually exclusive`);
    const { files, stream } = await openStream(values, io);
    const { runtime } = await openRuntime(files.root, values, io);
    try {
      return await act({ repository: runtime.repository(files.root), stream: stream.id, thread, io }, values);
    } finally {
      runtime.dispose();
    }
  },
};

async function act(place: Place, values: OptionValues): Promise<number> {
  const { repository, stream, thread, io } = place;
  const { resolutions } = repository;
  if (flag(values, 'continue')) {
    const code = tellEnd(place, await resolutions.continue(stream, thread, io.signal));
    await reviewAtGate(repository, stream, thread, io);
    return code;
  }
  if (flag(values, 'abandon')) {
    const snapshot = await resolutions.abandon(stream, thread, io.signal);
    io.out(`The resolution of thread ${thread} was given up; the thread is as it was.\n`);
    if (snapshot !== undefined) io.out(`What was done in its worktree is kept in ${snapshot}.\n`);
    return exitCodes.done;
  }
  for (const side of ['ours', 'theirs'] as const) {
    const file = stringOption(values, side);
    if (file !== undefined) return tellLeft(place, await resolutions.take(stream, thread, file, side));
  }
  const marked = stringOption(values, 'mark');
  if (marked !== undefined) return tellLeft(place, await resolutions.mark(stream, thread, marked));
  const { worktree, files } = await resolutions.open(stream, thread, io.signal);
  io.out(`${worktree}\n`);
  return tellLeft(place, files);
}

function tellLeft({ thread, io }: Place, files: readonly ConflictedFile[]): number {
  if (files.length === 0) {
    io.out(`Nothing is in conflict any more. Merge it with: work resolve ${thread} --continue\n`);
    return exitCodes.done;
  }
  for (const file of files) io.out(`  ${file.path}  ${conflictWords(file)}${needsSide(file) ? '; take a side: --ours or --theirs' : ''}\n`);
  return exitCodes.done;
}

function tellEnd(place: Place, end: ContinuedResolution): number {
  const { thread, io } = place;
  switch (end.kind) {
    case 'landed':
      io.out(`Thread ${thread} is merged into ${end.branch}.\n`);
      return exitCodes.done;
    case 'empty':
      io.out(`Nothing of thread ${thread} was left to merge into ${end.branch}: the thread is done.\n`);
      return exitCodes.done;
    case 'unresolved':
      io.err('Nothing was merged: these files are still in conflict.\n');
      tellLeft(place, end.files);
      return exitCodes.failed;
    case 'changed':
      io.err(`Nothing was merged: these files were changed after they were marked resolved. Mark them again with --mark.\n`);
      for (const file of end.files) io.out(`  ${file}\n`);
      return exitCodes.failed;
    case 'rejected':
      io.err(`Nothing was merged: what was resolved does not pass: ${end.reason}. The worktree is as you left it.\n`);
      return exitCodes.failed;
    case 'again':
      io.err('Nothing was merged: the integration branch has moved on, and what it got conflicts with what you resolved. Once more, in\n');
      io.out(`${end.opened.worktree}\n`);
      tellLeft(place, end.opened.files);
      return exitCodes.failed;
  }
}
