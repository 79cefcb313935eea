import * as z from 'zod';
import { snapshotRefs } from '../../domain/names';
import type { Git } from './git';

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

/** What a snapshot's commit message says of it, as one line of JSON below the title. */
const recordSchema = z.object({
  version: z.literal(1),
  stream: z.string(),
  task: z.string(),
  /** `<task>#<number>`, where the worktree was an attempt's. */
  attempt: z.string().optional(),
  /** Absolute. */
  worktree: z.string(),
  /** Short name; null when HEAD was detached. */
  branch: z.string().nullable(),
  /** Null before the first commit. */
  head: commit.nullable(),
  /** Commit whose tree is the index as it was. */
  index: commit,
  /** Commit with what no tree of files can say: see `snapshotExtras`. */
  extras: commit,
  /** Milliseconds since the epoch. */
  takenAt: z.number(),
  files: z.number(),
  /** Bytes of all files. */
  size: z.number(),
  /** What is not in it, for people: at most a hundred names, then how many more. */
  notKept: z.strictObject({ ignored: z.array(z.string()), special: z.array(z.string()), state: z.array(z.string()) }),
});

export type SnapshotRecord = z.infer<typeof recordSchema>;

/** A worktree's content as it was once, kept below a ref of ours. */
export type Snapshot = SnapshotRecord & {
  readonly ref: string;
  /** The commit; its tree holds the files as they were on disk, the files of nested repositories among them. */
  readonly id: string;
  /** Whether no branch holds the commit that was checked out. */
  readonly unmerged: boolean;
};

export function snapshotMessage(record: SnapshotRecord): string {
  return `Snapshot of ${record.stream} ${record.task}\n\n${JSON.stringify(record)}\n`;
}

/** Undefined for a message that is not one of ours, or of a version this program does not know. */
export function parseSnapshotMessage(message: string): SnapshotRecord | undefined {
  const line = message.split('\n').find(candidate => candidate.startsWith('{'));
  if (line === undefined) return undefined;
  try {
    return recordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Every snapshot of the repository, newest first. */
export async function listSnapshots(git: Git): Promise<readonly Snapshot[]> {
  const { stdout } = await git.run(['for-each-ref', '--format=%(refname)%00%(objectname)%00%(contents)%00', snapshotRefs]);
  const fields = stdout.split('\0');
  const found: Omit<Snapshot, 'unmerged'>[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [ref = '', id = '', message = ''] = fields.slice(index, index + 3);
    const record = parseSnapshotMessage(message);
    if (record) found.push({ ...record, ref: ref.trim(), id });
  }
  const lost = await onNoBranch(
    git,
    found.flatMap(({ head }) => head ?? []),
  );
  return found
    .map(snapshot => ({ ...snapshot, unmerged: snapshot.head === null || lost.has(snapshot.head) }))
    .sort((left, right) => right.takenAt - left.takenAt || (left.ref < right.ref ? 1 : -1));
}

/** Those of the commits that no branch holds, here or as fetched. */
export async function onNoBranch(git: Git, commits: readonly string[]): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const { stdout } = await git.input(['rev-list', '--stdin', '--not', '--branches', '--remotes'], `${commits.join('\n')}\n`);
  const missing = new Set(stdout.split('\n'));
  return new Set(commits.filter(each => missing.has(each)));
}
