import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { planFixture, stream, type PlanFixture } from './planFixture';

const names = [
  ...['create', 'current', 'tree', 'status', 'validate', 'add-task', 'prompt', 'multi', 'continue', 'update', 'report', 'approve'],
  ...['complete', 'worktrees', 'remove-worktree', 'restore', 'forget', 'serve'],
];

describe('The work command', () => {
  let plan: PlanFixture;
  before(async () => {
    plan = await planFixture();
  });
  after(() => plan.dispose());

  it('lists every command, on request and when it is called without one', async () => {
    const asked = await plan.work('--help');
    assert.equal(asked.code, 0);
    for (const name of names) assert.match(asked.out, new RegExp(`^  ${name} +\\S`, 'm'));
    assert.deepEqual(await plan.work(), { ...asked, code: 2 });
  });

  it('explains each command', async () => {
    const helps = await Promise.all(names.map(name => plan.work(name, '--help')));
    names.forEach((name, index) => {
      const { code, out, err } = helps[index] ?? { code: null, out: '', err: '' };
      assert.deepEqual({ code, err }, { code: 0, err: '' });
      assert.match(out, new RegExp(`^Usage: work ${name}\\b`));
      assert.match(out, /--repo-root <folder>/, name);
    });
    assert.deepEqual(await plan.work('help', 'tree'), helps[names.indexOf('tree')]);
  });

  it('refuses unknown commands, options and words with exit code 2', async () => {
    assert.deepEqual(await plan.work('fly'), { code: 2, out: '', err: 'work: unknown command "fly". See work --help\n' });
    assert.deepEqual(await plan.work('tree', '--colour'), {
      code: 2,
      out: '',
      err: "work tree: Unknown option '--colour'\nUsage: work tree [--json]\n",
    });
    assert.deepEqual(await plan.work('tree', 'now'), {
      code: 2,
      out: '',
      err: "work tree: Unexpected argument 'now'\nUsage: work tree [--json]\n",
    });
    assert.equal((await plan.work('multi')).code, 2);
    assert.equal((await plan.work('multi', '--batch', '01.01', '--continue')).code, 2);
    assert.equal((await plan.work('serve', '--port', 'many')).code, 2);
  });

  it('says once what is wrong with a setting, and refuses a port that is none', async () => {
    const { err } = await plan.workFrom(plan.root, ['multi', '--continue', '--dry-run'], { WORK_MAX_CONCURRENT: 'many' });
    assert.equal(err.match(/^warning: work\.maxConcurrent \(WORK_MAX_CONCURRENT\) must be a whole number/gm)?.length, 1, err);
    const { code, err: words } = await plan.work('multi', '--continue', '--dry-run', '--port', '99999');
    assert.equal(code, 2);
    assert.match(words, /^work multi: --port must be between 1 and 65535, got 99999\n/);
  });

  it('says where it looked when it is not in a repository', async () => {
    const outside = await temporaryDirectory();
    try {
      const { code, err } = await plan.workFrom(outside.path, ['tree']);
      assert.equal(code, 1);
      assert.match(err, /^Error: Not in a git repository\. Run this inside a repository, or pass --repo-root/);
      const other = await plan.workFrom(outside.path, ['current', '--repo-root', plan.root]);
      assert.deepEqual(other, { code: 0, out: `${stream}\n`, err: '' });
    } finally {
      await outside.dispose();
    }
  });

  it('finds the plan from a folder below the root and from inside a linked worktree', async () => {
    const below = path.join(plan.root, 'deep', 'down');
    await mkdir(below, { recursive: true });
    assert.equal((await plan.workFrom(below, ['current'])).out, `${stream}\n`);
    const linked = `${plan.root}-linked`;
    await plan.git('worktree', 'add', '--quiet', linked);
    const updated = await plan.workFrom(linked, ['update', '--task', '01.01.01.02', '--status', 'in_progress']);
    assert.equal(updated.code, 0, updated.err);
    assert.match(await plan.read(`work/${stream}/tasks.json`), /"in_progress"/, 'the main checkout has the state');
    assert.equal(await plan.git('-C', linked, 'status', '--porcelain'), '', 'the worktree is as it was');
  });

  it('says what to do when there is no index, no current workstream, or no such one', async () => {
    const bare = await planFixture({ 'work/index.json': JSON.stringify({ version: '1.0.0', last_updated: 'then', streams: [] }) });
    try {
      const none = "Error: No workstream specified and no current workstream set. Use --stream <id> or 'work current --set <id>'\n";
      assert.deepEqual(await bare.work('tree'), { code: 1, out: '', err: none });
      assert.deepEqual(await bare.work('tree', '--stream', 'x'), { code: 1, out: '', err: 'Error: Workstream "x" not found\n' });
      await bare.git('rm', '-r', '-q', '-f', 'work');
      assert.match(
        (await bare.work('status')).err,
        /^Error: No workstreams index found at .*index\.json\. Make the first workstream with: work create --name <name>\n$/,
      );
    } finally {
      await bare.dispose();
    }
  });

  it('never calls a plan complete in which nothing can be run', async () => {
    const empty = await planFixture({
      [`work/${stream}/PLAN.md`]: '# Plan: Sample\n\n## Summary\n\nLater.\n',
      [`work/${stream}/tasks.json`]: '',
    });
    try {
      const sentence = 'PLAN.md:1: No stages found. At least one stage is required.\n';
      for (const args of [['multi', '--continue'], ['continue']]) {
        assert.deepEqual(await empty.work(...args), { code: 1, out: '', err: `Error: ${sentence}` });
      }
      assert.ok((await empty.work('status')).out.endsWith(`\n${sentence}`));
      await empty.git('rm', '-r', '-q', '-f', `work/${stream}`);
      const gone = await empty.work('multi', '--continue');
      assert.deepEqual([gone.code, gone.out], [1, '']);
      assert.match(gone.err, /^Error: The folder work\/001-sample is missing; index\.json lists it\. Restore the folder, or take/);
      assert.match((await empty.work('complete', '--force')).err, /^Error: The folder work\/001-sample is missing\. Restore it/);
    } finally {
      await empty.dispose();
    }
  });

  it('shows files that cannot be read as what they are, and leaves them alone', async () => {
    const broken = '{ "version": "1.0.0", "tasks": [\n';
    const bad = await planFixture({ [`work/${stream}/tasks.json`]: broken });
    try {
      assert.match((await bad.work('tree')).out, /^error: .*tasks\.json:2: tasks\.json cannot be read: a closing \] is missing/m);
      const refused = await bad.work('update', '--task', '01.01.01.01', '--status', 'completed');
      assert.equal(refused.code, 1);
      assert.equal(await bad.read(`work/${stream}/tasks.json`), broken);
    } finally {
      await bad.dispose();
    }
  });
});
