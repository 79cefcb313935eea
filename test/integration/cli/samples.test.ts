import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { runGit } from '../../support/gitRepository';
import { isolatedHome } from '../../support/isolatedHome';
import { samplesFolder } from '../../support/samples';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { runWork } from './workProcess';

const samples = samplesFolder();

if (samples !== undefined) {
  describe('The commands that read, on real workstreams', () => {
    let root: string;
    let environment: Readonly<Record<string, string>>;
    let dispose: () => Promise<void>;
    before(async () => {
      const folder = await temporaryDirectory();
      dispose = () => folder.dispose();
      root = path.join(folder.path, 'repository');
      await cp(path.join(samples, 'work'), path.join(root, 'work'), { recursive: true });
      await runGit(['init', '--quiet', '--initial-branch=main'], root);
      ({ environment } = await isolatedHome({ folder: folder.path, modelUrl: 'http://127.0.0.1:9/v1' }));
    });
    after(() => dispose());

    it('reproduce what the original tool said of each, and change no byte', async () => {
      const streams = (await readdir(path.join(samples, 'expected'), { withFileTypes: true })).filter(entry => entry.isDirectory());
      assert.ok(streams.length >= 3);
      const before = await snapshot(root);
      for (const { name } of streams) {
        const tree = await runWork(['tree', '--stream', name], root, environment);
        assert.deepEqual({ code: tree.code, err: tree.err }, { code: 0, err: '' }, name);
        assert.ok(tree.out.startsWith(`${name} · `), tree.out.slice(0, 200));
        const status = await runWork(['status', '--json', '--stream', name], root, environment);
        assert.equal(status.code, 0, status.err);
        const expected = await readExpected(path.join(samples, 'expected', name, 'stream.expected.json'));
        if (expected) {
          const { stream, nextBatch, progress } = JSON.parse(status.out) as StatusJson;
          const { totalTasks, completedTasks, inProgressTasks, blockedTasks, pendingTasks, percentComplete } = expected.progress;
          assert.deepEqual([stream.status, nextBatch], [expected.streamStatus, expected.nextIncompleteBatch], name);
          assert.deepEqual(
            [
              progress.total,
              progress.completed + progress.cancelled,
              progress.inProgress,
              progress.blocked,
              progress.pending,
              progress.percent,
            ],
            [totalTasks, completedTasks, inProgressTasks, blockedTasks, pendingTasks, percentComplete],
            name,
          );
        }
        assert.equal((await runWork(['validate', 'plan', '--stream', name], root, environment)).code, 0, name);
      }
      assert.deepEqual(await snapshot(root), before);
    });
  });
}

type Expected = {
  readonly streamStatus: string;
  readonly nextIncompleteBatch: string | null;
  readonly progress: Readonly<Record<string, unknown>>;
};
type StatusJson = {
  readonly stream: { readonly status: string };
  readonly nextBatch: string | null;
  readonly progress: Readonly<Record<'total' | 'completed' | 'cancelled' | 'inProgress' | 'blocked' | 'pending' | 'percent', number>>;
};

/** Not every sample has one. */
async function readExpected(file: string): Promise<Expected | undefined> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Expected) : undefined;
}

/** Every file with its bytes and its time of change. */
async function snapshot(root: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const { mtimeMs } = await stat(file);
    lines.push(
      entry.isFile()
        ? `${file} ${mtimeMs} ${createHash('sha256')
            .update(await readFile(file))
            .digest('hex')}`
        : file,
    );
  }
  return lines.sort();
}
