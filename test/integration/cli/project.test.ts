import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { planFixture, stream, type PlanFixture } from './planFixture';
import { runWork } from './workProcess';

describe('work project', () => {
  let plan: PlanFixture;
  let elsewhere: Awaited<ReturnType<typeof temporaryDirectory>>;
  const project = (...args: readonly string[]) => plan.workFrom(elsewhere.path, ['project', ...args]);
  beforeEach(async () => {
    plan = await planFixture();
    elsewhere = await temporaryDirectory();
  });
  afterEach(async () => {
    await plan.dispose();
    await elsewhere.dispose();
  });

  it('registers repositories, lists and selects them, and forgets them', async () => {
    const other = path.join(elsewhere.path, 'My Other Repo');
    await mkdir(path.join(other, '.git'), { recursive: true });
    assert.deepEqual(await project('add', plan.root, '--id', 'main'), { code: 0, out: `Project main: ${plan.root}\n`, err: '' });
    assert.deepEqual(await project('add', other), { code: 0, out: `Project my-other-repo: ${other}\n`, err: '' });
    const listed = await project('list');
    assert.equal(listed.out, `* main           ${plan.root}\n  my-other-repo  ${other}\n`);
    assert.equal((await project('select', 'my-other-repo')).code, 0);
    assert.match((await project('list')).out, /^\* my-other-repo/m);
    assert.equal((await project('remove', 'my-other-repo')).code, 0);
    const { activeProjectId, projects } = JSON.parse((await project('list', '--json')).out) as {
      activeProjectId: string;
      projects: { rootDirectory: string }[];
    };
    assert.equal(activeProjectId, 'main');
    assert.deepEqual(
      projects.map(({ rootDirectory }) => rootDirectory),
      [plan.root],
    );
    assert.ok((await stat(path.join(other, '.git'))).isDirectory(), 'a project that is forgotten stays on the disk');
  });

  it('is used, and says so, where there is no repository', async () => {
    await project('add', plan.root, '--id', 'main');
    const current = await plan.workFrom(elsewhere.path, ['current']);
    assert.deepEqual(current, {
      code: 0,
      out: `${stream}\n`,
      err: `Not in a git repository: using the active project main (${plan.root}).\n`,
    });
  });

  it('refuses what cannot be a project, each with its sentence, and writes nothing', async () => {
    const file = path.join(elsewhere.path, 'file');
    await writeFile(file, '');
    const rows: readonly (readonly [readonly string[], string])[] = [
      [['add', 'relative'], 'Error: Project rootDirectory must be an absolute path.\n'],
      [['add', path.join(elsewhere.path, 'none')], `Error: Project rootDirectory does not exist as a directory: ${elsewhere.path}/none\n`],
      [['add', file], `Error: Project rootDirectory does not exist as a directory: ${file}\n`],
      [['add', elsewhere.path], `Error: Project rootDirectory must be a repository root containing .git: ${elsewhere.path}\n`],
      [['remove', 'none'], 'Error: Unknown project id: none\n'],
      [['select', 'none'], 'Error: Unknown project id: none\n'],
    ];
    for (const [args, err] of rows) assert.deepEqual(await project(...args), { code: 1, out: '', err });
    await project('add', plan.root, '--id', 'main');
    assert.match((await project('add', plan.root)).err, /^Error: Project rootDirectory is already registered: /);
    for (const args of [['add'], ['move', 'x']]) assert.equal((await project(...args)).code, 2);
  });

  it('keeps to the folders that are allowed, also when it runs', async () => {
    const env = { WORK_ALLOWED_ROOTS: JSON.stringify([elsewhere.path]) };
    const added = await plan.workFrom(elsewhere.path, ['project', 'add', plan.root], env);
    assert.deepEqual(
      [added.code, added.err],
      [1, `Error: Project rootDirectory is below none of the folders of the setting work.allowedRoots: ${plan.root}\n`],
    );
    const run = await plan.workFrom(plan.root, ['multi', '--batch', '01.01'], env);
    assert.equal(run.code, 1);
    assert.match(run.err, /is below none of the folders of the setting work\.allowedRoots: nothing is run in it\./);
    const dry = await plan.workFrom(plan.root, ['multi', '--batch', '01.01', '--dry-run'], env);
    assert.equal(dry.code, 1);
    assert.match(dry.out, /^ {2}problem: .* is below none of the folders of the setting work\.allowedRoots: nothing is run in it\./m);
  });

  it('never writes over a registry that it cannot read', async () => {
    const folder = plan.environment.WORK_STATE_DIRECTORY ?? assert.fail('the tests keep their state apart');
    const file = path.join(folder, 'projects.json');
    await mkdir(folder, { recursive: true });
    for (const [text, sentence] of [
      ['{"version":7}', /^Error: Unsupported project registry state version: 7 in \S+projects\.json\. /],
      ['{', /^Error: \S+projects\.json cannot be read: .+ nothing is written to it\.\n$/],
    ] as const) {
      await writeFile(file, text);
      assert.match((await project('add', plan.root)).err, sentence);
      assert.equal(await readFile(file, 'utf8'), text);
    }
  });

  it('loses none of many programs’ registrations at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await mkdir(path.join(elsewhere.path, name, '.git'), { recursive: true });
    const ended = await Promise.all(
      names.map(name => runWork(['project', 'add', path.join(elsewhere.path, name)], elsewhere.path, plan.environment)),
    );
    assert.deepEqual(
      ended.map(({ code, err }) => `${code} ${err}`),
      names.map(() => '0 '),
    );
    assert.equal((await project('list')).out.trim().split('\n').length, names.length);
  });
});
