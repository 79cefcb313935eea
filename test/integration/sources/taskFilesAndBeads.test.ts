import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beadsSource } from '../../../src/runtime/sources/beadsSource';
import { readTracks } from '../../../src/runtime/sources/beadsTracks';
import { taskFilesSource } from '../../../src/runtime/sources/taskFilesSource';
import { fakeProgram } from '../../support/fakeProgram';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { runWorkHere } from '../cli/workProcess';

describe('task files and beads as sources of plans', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let root: string;
  let programs: string;

  beforeEach(async () => {
    folder = await temporaryDirectory();
    root = path.join(folder.path, 'repository');
    programs = path.join(folder.path, 'programs');
    await mkdir(programs);
    await mkdir(root);
  });
  afterEach(() => folder.dispose());

  const env = () => ({ ...process.env, PATH: programs, Path: undefined });
  const put = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  const text = (file: string) => readFile(path.join(root, file), 'utf8');

  describe('task files', () => {
    const source = taskFilesSource();
    const a = '\uFEFF---\r\nid: api/a # first\r\nstatus: "todo"\r\n---\r\n\r\n## Notes\r\n\r\nKeep.\r\n';
    const b = '---\nid: b\nstatus: done\ndepends_on: [api/a]\nassignee: tester\n---\n';

    it('are found, read with the agents of the repository, and written back without another byte', async () => {
      await put('tasks/api/a.md', a);
      await put('tasks/b.md', b);
      await put('tasks/README.md', '# Tasks\n');
      await put('work/agents.yaml', 'agents:\n  - name: tester\n    description: d\n    best_for: b\n    models: [p/m]\n');
      assert.deepEqual(await source.find(root), [{ kind: 'tasks', path: 'tasks', title: 'tasks', detail: '2 tasks, 1 completed' }]);
      const { plan } = await source.read(root, 'tasks');
      assert.deepEqual(
        plan?.stages.map(stage => stage.threads.map(({ key, agent }) => [key, agent])),
        [[['api/a', undefined]], [['b', 'tester']]],
      );

      const told = { key: 'api/a', title: 'A', status: 'blocked', report: 'Which port?' } as const;
      const said = await source.writeBack(root, 'tasks', [told, { key: 'b', title: 'B', status: 'completed' }, { ...told, key: 'gone' }]);
      assert.deepEqual(said, ['No file of tasks that can be read has the id "gone".']);
      const after = a.replace('"todo"', '"blocked"').replace('Keep.\r\n', 'Keep.\r\n\r\nBlocked: Which port?\r\n');
      assert.equal(await text('tasks/api/a.md'), after);
      assert.equal(await text('tasks/b.md'), b);
      await source.writeBack(root, 'tasks', [told]);
      assert.equal(await text('tasks/api/a.md'), after, 'the second time nothing is left to say');
    });

    it('say what cannot be read or changed, and are left as they are', async () => {
      await put('tasks/a.md', '---\nid: a\nstatus: &s todo\nother: *s\n---\n');
      await writeFile(path.join(root, 'tasks', 'bad.md'), Buffer.from([0x2d, 0xff, 0xfe]));
      const { plan, problems } = await source.read(root, 'tasks');
      assert.equal(plan, undefined);
      assert.deepEqual(problems, [
        { severity: 'error', message: 'tasks/bad.md cannot be read: it is not UTF-8 text.', at: { file: 'tasks/bad.md', line: 1 } },
      ]);
      assert.deepEqual(await source.writeBack(root, 'tasks', [{ key: 'a', title: 'A', status: 'completed' }]), [
        'tasks/a.md, line 3: The status cannot be changed alone here. The file was left as it is.',
      ]);
      assert.equal(await text('tasks/a.md'), '---\nid: a\nstatus: &s todo\nother: *s\n---\n');
    });

    it('are nothing where there is no folder of them', async () => {
      assert.deepEqual(await source.find(root), []);
      assert.equal((await source.read(root, 'tasks')).problems[0]?.message, 'There is no task file in tasks.');
    });

    it('are not followed out of the repository', async () => {
      await writeFile(path.join(folder.path, 'outside.md'), '---\nid: a\nstatus: todo\n---\n');
      await mkdir(path.join(root, 'tasks'));
      await symlink(path.join(folder.path, 'outside.md'), path.join(root, 'tasks', 'a.md'));
      assert.match((await source.read(root, 'tasks')).problems[0]?.message ?? '', /leads out of the repository/);
    });
  });

  describe('beads', () => {
    const hostile = 'x; rm -rf $HOME';
    const lines = [
      { id: 'app-1', title: 'One', priority: 1 },
      { id: 'app-2', title: 'Two', dependencies: [{ depends_on_id: 'app-1', type: 'blocks' }] },
      { id: hostile, title: '--help' },
      { id: '--all', title: 'option' },
      { _type: 'memory', text: 'm' },
    ].map(record => JSON.stringify(record));
    const exported = `${lines.join('\n')}\n`;
    const done = (key: string, report?: string) => ({ key, title: key, status: 'completed', report }) as const;

    it('are read from the file that beads names, and never from outside of its folder', async () => {
      await put('.beads/beads.jsonl', exported);
      await put('.beads/issues.jsonl', '');
      await put('.beads/metadata.json', '{"jsonl_export":"beads.jsonl"}');
      const source = beadsSource({ env: env() });
      assert.deepEqual(await source.find(root), [{ kind: 'beads', path: '.beads', title: 'beads', detail: '4 issues, 4 open' }]);
      const { plan, problems } = await source.read(root, '.beads');
      assert.deepEqual(
        plan?.stages.map(stage => stage.threads.map(({ key }) => key)),
        [['app-1', '--all', 'app-2', hostile]],
      );
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['Left out of .beads/beads.jsonl: 1 of kind "memory".'],
      );
      await put('.beads/metadata.json', '{"jsonl_export":"../../other.jsonl"}');
      assert.deepEqual(
        (await source.read(root, '.beads')).problems.map(({ message }) => message),
        [
          '"jsonl_export" in .beads/metadata.json is no name of a file beside it. The usual names are looked for.',
          'There is no issue in .beads/issues.jsonl.',
        ],
      );
    });

    it('are claimed and closed through bd, with arguments that nothing can be made of', async () => {
      await put('.beads/issues.jsonl', exported);
      const bd = await fakeProgram(programs, 'bd', `if (cwd !== ${JSON.stringify(root)}) process.exit(3);`);
      const source = beadsSource({ env: env() });
      const said = await source.writeBack(root, '.beads', [
        { key: 'app-2', title: 'Two', status: 'blocked', report: 'Which; "$(port)"?' },
        done('app-1', 'Built; "it" & $(more) %PATH%'),
        done(hostile),
        done('--all'),
      ]);
      assert.deepEqual(await bd.calls(), [
        ['update', 'app-2', '--status', 'blocked'],
        ['comments', 'add', 'app-2', 'Blocked: Which; "$(port)"?'],
        ['close', 'app-1', '--reason=Built; "it" & $(more) %PATH%'],
        ['close', hostile],
        ['sync'],
      ]);
      assert.deepEqual(said, ['"--all" is no id that bd can be called with: it would not be taken for one.']);
      assert.equal(await text('.beads/issues.jsonl'), exported);
    });

    it('say what bd could not do, and go on with the rest', async () => {
      await put('.beads/issues.jsonl', exported);
      const bd = await fakeProgram(
        programs,
        'bd',
        `if (args[1] === 'app-1') { console.error('warn\\nno such issue'); process.exit(4); }
         if (args[0] === 'sync') { console.error('Error: unknown command "sync"\\nRun bd --help'); process.exit(1); }`,
      );
      const said = await beadsSource({ env: env() }).writeBack(root, '.beads', [done('app-1'), done('app-2')]);
      assert.deepEqual(said, ['bd close app-1: exit code 4, no such issue.']);
      assert.deepEqual(await bd.calls(), [['close', 'app-1'], ['close', 'app-2'], ['sync']]);
    });

    it('are given up when bd hangs, with what is left to type', async () => {
      await put('.beads/issues.jsonl', exported);
      await fakeProgram(programs, 'bd', 'setInterval(() => undefined, 1000);');
      const said = await beadsSource({ env: env(), limit: 300 }).writeBack(root, '.beads', [done('app-1'), done('app-2')]);
      assert.deepEqual(said, [
        'bd close app-1: it did not end within 0.3 seconds. By hand, in this order:',
        'bd close app-1',
        'bd close app-2',
        'bd sync',
      ]);
    });

    it('are a list of commands to type where there is no bd', async () => {
      await put('.beads/issues.jsonl', exported);
      assert.deepEqual(await beadsSource({ env: env() }).writeBack(root, '.beads', [done('app-1', "It's built.")]), [
        'bd was not found on PATH, and nobody else writes the issues of beads. By hand, in this order:',
        `bd close app-1 '--reason=It'\\''s built.'`,
        'bd sync',
      ]);
      assert.equal(await text('.beads/issues.jsonl'), exported);
    });

    it('have the tracks that bv says, and ours where it says nothing that can be read', async () => {
      await put('.beads/issues.jsonl', exported);
      const now = Date.now();
      const plan = {
        tracks: [{ track_id: 'track-Q', reason: 'r', items: [{ id: 'app-1', title: 'One', priority: 1, status: 'open', unblocks: null }] }],
      };
      const bv = await fakeProgram(
        programs,
        'bv',
        `console.error('hello'); console.log(JSON.stringify({ plan: ${JSON.stringify(plan)} }));`,
      );
      const said = await readTracks(root, { env: env(), now });
      assert.deepEqual([said?.by, said?.plan.tracks[0]?.track_id, said?.order], ['bv', 'track-Q', ['app-1']]);
      assert.deepEqual(await bv.calls(), [['--robot-plan']]);

      await fakeProgram(programs, 'bv', 'console.log("no plan");');
      const own = await readTracks(root, { env: env(), now });
      assert.equal(own?.by, 'work');
      assert.match(own.warnings.at(-1) ?? '', /^What bv --robot-plan printed cannot be read: .* The tracks were made without it\.$/);
      assert.deepEqual(own.order, ['app-1', '--all', hostile]);
      assert.equal(await readTracks(folder.path, { env: env(), now }), undefined);
    });

    it('are shown by work tracks, as text and as JSON, and what is begun or put off is not to be begun', async () => {
      const others = [
        { id: 'begun', title: 'Begun', status: 'in_progress', priority: 0 },
        { id: 'epic', title: 'Epic', status: 'open', issue_type: 'epic', priority: 0 },
        { id: 'epic.1', title: 'Part', status: 'open', priority: 4 },
        { id: 'later', title: 'Later', status: 'open', defer_until: '9999-01-01T00:00:00Z', priority: 0 },
      ];
      await put('.beads/issues.jsonl', exported + others.map(issue => `${JSON.stringify(issue)}\n`).join(''));
      await mkdir(path.join(root, '.git'));
      const ran = await runWorkHere(['tracks', '--repo-root', root], root, { ...process.env, PATH: programs });
      assert.equal(
        ran.out,
        `track-A: Single actionable item
  --all  P2  open  option
track-B: Single actionable item
  app-1  P1  open  One (unblocks app-2)
track-C: Single actionable item
  begun  P0  in_progress  Begun
track-D: Single actionable item
  epic  P0  open  Epic
track-E: Single actionable item
  epic.1  P4  open  Part
track-F: Single actionable item
  later  P0  open  Later
track-G: Single actionable item
  ${hostile}  P2  open  --help
4 can be begun, 1 wait, 3 neither: begun, put off, or without work of their own. Best side by side: app-1, --all, ${hostile}, epic.1
`,
        ran.err,
      );
      const json = await runWorkHere(['tracks', '--json', '--repo-root', root], root, { ...process.env, PATH: programs });
      assert.equal((JSON.parse(json.out) as { readonly by: string }).by, 'work');
    });
  });
});
