import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { projectRoot } from '../../support/projectRoot';
import { RunHarness, working } from '../../support/runHarness';
import { terminalIo } from '../../support/terminalIo';
import { runWorkHere, type Ended } from '../cli/workProcess';

const execute = promisify(execFile);

const change = 'openspec/changes/add-auth';
const tasks = [
  '# Tasks',
  '',
  '## 1. Tokens',
  '',
  '- [ ] 1.1 Issue a token',
  '  - [ ] 1.1.1 Sign it',
  '  - [ ] 1.1.2 Store it   ',
  '* [ ] 1.2 Draw the page',
  '  **Done When:**',
  '  - [ ] the name is on it',
  '- [ ] 1.3 Check a token',
  '  **Depends On:** 1.1',
  '',
].join('\n');
const files = {
  [`${change}/proposal.md`]:
    '# Change: Log in with tokens\n\n## Why\n\nPeople forget their passwords again and again, and call us for new ones every day.\n\n## What Changes\n\n- Add tokens\n',
  [`${change}/tasks.md`]: tasks,
  [`${change}/specs/auth/spec.md`]:
    '## ADDED Requirements\n\n### Requirement: Token Login\n\nThe system SHALL issue a token for a valid login.\n\n#### Scenario: Valid login\n\n- **WHEN** a person logs in\n- **THEN** a token is issued\n',
};

/** With the real `openspec`. */
const programs = [path.join(projectRoot(), 'node_modules', '.bin'), process.env.PATH].join(path.delimiter);
const boxes = ['1.1', '1.1.1', '1.1.2', '1.2', '1.3'];
const ticked = (...keys: readonly string[]) => keys.reduce((text, key) => text.replace(`[ ] ${key} `, `[x] ${key} `), tasks);

describe('An OpenSpec change', () => {
  let repository: TemporaryRepository;
  let home: string;
  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'README.md': 'A project.\n' } });
    home = await mkdtemp(path.join(path.dirname(repository.root), 'home-'));
  });
  afterEach(() => repository.dispose());

  async function work(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
    const env = { HOME: home, XDG_CONFIG_HOME: home, WORK_STATE_DIRECTORY: home, PATH: programs };
    const io = terminalIo({ cwd: repository.root, env });
    return { code: await runCommandLine(args, io), printed: io.printed() };
  }
  /** The real program, which fetches nothing and tells nobody. */
  const openspec = (...args: readonly string[]) =>
    execute(process.execPath, [path.join(projectRoot(), 'node_modules', '@fission-ai', 'openspec', 'bin', 'openspec.js'), ...args], {
      cwd: repository.root,
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, OPENSPEC_TELEMETRY: '0', CI: '1' },
    });

  describe('that agents carry out', function () {
    this.timeout(300_000);
    let harness: RunHarness;
    before(async () => (harness = await RunHarness.start(4923)));
    after(() => harness.dispose());

    it('is made by its own program, imported, run to its end, ticked, valid and archived', async () => {
      await openspec('init', '--tools', 'none');
      await openspec('new', 'change', 'add-auth');
      await repository.write(files);
      await repository.commit('Propose');
      const tasksFile = path.join(repository.root, ...change.split('/'), 'tasks.md');
      const program = (...args: readonly string[]): Promise<Ended> =>
        runWorkHere(args, repository.root, { ...harness.programEnvironment, PATH: programs });
      const succeeds = async (...args: readonly string[]): Promise<string> => {
        const { code, out, err } = await program(...args);
        assert.deepEqual([code, err], [0, ''], `work ${args.join(' ')}: ${out}${err}`);
        return out;
      };

      assert.equal(await succeeds('import'), `openspec  ${change}  add-auth: 6 tasks, 0 completed\n`);
      assert.match(
        await succeeds('import', `${change}/tasks.md`),
        /^Imported openspec\/changes\/add-auth as 000-add-auth, the current workstream from now on: 1 stage, 3 threads, 4 tasks\n/,
      );
      const plan = await readFile(path.join(repository.root, 'work', '000-add-auth', 'PLAN.md'), 'utf8');
      assert.match(
        plan,
        /^# Plan: Log in with tokens\n[\s\S]*##### Batch 02: Step 2\n\n###### Thread 01: Check a token\n[\s\S]*\*\*Depends on:\*\* 01\.01\.01\n/,
      );
      await succeeds('current', '--set', 'add-auth');
      await succeeds('validate', 'plan');
      const twice = await program('import', change);
      assert.equal(twice.code, 1);
      assert.match(
        twice.err,
        /was imported already, as 000-add-auth\. Take up what changed in it: work import --update --stream 000-add-auth/,
      );
      assert.equal(await repository.git(['status', '--porcelain', '--', 'openspec']), '');

      // Two agents tick off by themselves what is ticked off for them, one of them with the criterion, and in a commit of its own.
      const ticks = (key: string) => `[[bash sed -i -e '/ ${key} /s/\\[ /[x/' -e '/the name/s/\\[ /[x/' ${change}/tasks.md]]`;
      harness.model.replaceScripts([
        working('01.01.01.01', '[[barrier 2]]', '[[write sign.ts|signed]]', ticks('1.1.1')),
        working('01.01.01.02', '[[write store.ts|stored]]'),
        working('01.01.02.01', '[[barrier 2]]', '[[write page.ts|drawn]]', ticks('1.2'), '[[bash git commit -qam Ticked]]'),
        working('01.02.01.01', '[[write check.ts|checked]]'),
      ]);
      assert.match(await succeeds('multi', '--continue'), /^Batch 01\.01: 2 merged$/m);
      assert.equal(await readFile(tasksFile, 'utf8'), ticked('1.1', '1.1.1', '1.1.2', '1.2'));
      assert.match(await succeeds('multi', '--continue'), /^Batch 01\.02: 1 merged$/m);
      const all = ticked(...boxes);
      assert.equal(await readFile(tasksFile, 'utf8'), all);
      const words = await repository.git(['diff', '--word-diff=porcelain', '--word-diff-regex=.', '-U0', '--', 'openspec']);
      const changed = words.split('\n').filter(line => /^[+-]/.test(line) && !/^(\+\+\+|---) /.test(line));
      assert.deepEqual(
        changed,
        boxes.flatMap(() => ['- ', '+x']),
      );
      assert.equal(await repository.git(['diff', '--name-only']), `${change}/tasks.md`);
      assert.match(await succeeds('approve', 'stage', '1'), /Stage 1 is delivered to main: 4 files\./);
      const delivered = (await readdir(repository.root)).filter(name => name.endsWith('.ts'));
      assert.deepEqual(delivered, ['check.ts', 'page.ts', 'sign.ts', 'store.ts']);
      assert.equal(await readFile(tasksFile, 'utf8'), all);
      assert.match(await succeeds('multi', '--continue'), /All batches are complete/);

      assert.match((await openspec('validate', 'add-auth', '--strict')).stdout, /is valid/);
      assert.equal(await succeeds('archive-source'), 'openspec archived add-auth, and its requirements are in openspec/specs.\n');
      assert.match(await readFile(path.join(repository.root, 'openspec', 'specs', 'auth', 'spec.md'), 'utf8'), /Token Login/);

      const gone = await program('write-back');
      assert.equal(gone.code, 1);
      assert.match(gone.err, /warning: openspec\/changes\/add-auth\/tasks\.md is not there any more: nothing was written back to it\./);
    });
  });

  it('that openspec does not take is imported with what it says; what it cannot archive stays, with the command to type', async () => {
    await openspec('init', '--tools', 'none');
    await repository.write({
      ...files,
      [`${change}/specs/auth/spec.md`]: '## ADDED Requirements\n\n### Requirement: Token Login\n\nIt does.\n',
    });
    const imported = await work('import', change);
    assert.equal(imported.code, 0, imported.printed);
    assert.match(
      imported.printed,
      /warning: openspec\/changes\/add-auth\/proposal\.md:1: openspec validate --strict does not take it: .*SHALL/,
    );
    const refused = await work('archive-source', '--stream', 'add-auth');
    assert.equal(refused.code, 1);
    assert.match(refused.printed, /^add-auth was not archived: [^]+ By hand: openspec archive add-auth --yes\n$/);
    assert.equal(await readFile(path.join(repository.root, ...change.split('/'), 'tasks.md'), 'utf8'), tasks);
  });

  it('is left as it is where the setting says so, until somebody asks', async () => {
    await repository.write({ ...files, '.vscode/settings.json': '{"work.sources.writeBack": false}' });
    await work('import', change);
    await work('update', '--stream', 'add-auth', '--task', '01.02.01.01', '--status', 'completed', '--report', 'Done.');
    const file = path.join(repository.root, ...change.split('/'), 'tasks.md');
    assert.equal(await readFile(file, 'utf8'), tasks);
    assert.deepEqual(await work('write-back', '--stream', 'add-auth'), { code: 0, printed: `${change} is up to date.\n` });
    assert.equal(await readFile(file, 'utf8'), ticked('1.3'));
    await work('update', '--stream', 'add-auth', '--task', '01.02.01.01', '--status', 'pending');
    await work('write-back', '--stream', 'add-auth');
    assert.equal(await readFile(file, 'utf8'), tasks);
  });
});
