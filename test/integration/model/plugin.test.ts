import assert from 'node:assert/strict';
import { access, copyFile, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AttemptMetadata } from '../../../src/domain/run/attemptMetadata';
import { readNotes } from '../../../src/runtime/journal/inbox';
import { runGit } from '../../support/gitRepository';
import { projectRoot } from '../../support/projectRoot';
import { startPluginServer, type PluginServer } from '../../support/pluginServer';
import { buildSample, type SampleRepository } from '../../support/sampleRepository';
import { ScriptedModel } from '../../support/scriptedModel';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

type Task = { id: string; status: string; report?: string; breadcrumb?: string };

describe('the plugin inside a real opencode server', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let model: ScriptedModel;
  let server: PluginServer;
  let sample: SampleRepository;
  let worktree: string;
  let inbox: string;

  before(async function () {
    this.timeout(120_000);
    folder = await temporaryDirectory();
    sample = await buildSample({ folder: path.join(folder.path, 'my repository') });
    worktree = path.join(sample.root, '.worktrees', 'task-1');
    await runGit(['worktree', 'add', '--quiet', '-b', 'task/1', worktree], sample.root);
    inbox = path.join(sample.root, '.git', 'work', sample.stream, 'inbox');
    model = await ScriptedModel.start();
    server = await startPluginServer(folder.path, model.url);
  });

  after(async () => {
    await server.stop();
    await model.close();
    await folder.dispose();
  });

  const metadata = (change: Partial<AttemptMetadata> = {}): AttemptMetadata => ({
    root: sample.root,
    stream: sample.stream,
    task: '01.01.01.01',
    thread: '01.01.01',
    attempt: '01.01.01.01#1',
    worktree,
    isolation: 'task',
    inbox,
    ...change,
  });

  /** Plays directives in a new session and gives what the model was told after each of its turns. */
  async function play(
    directives: readonly string[],
    options: { readonly work?: AttemptMetadata | null; readonly directory?: string; readonly modelID?: string } = {},
  ): Promise<readonly string[]> {
    const { work = metadata(), directory = worktree, modelID = 'scripted' } = options;
    const client = server.client(directory);
    const created = await client.session.create({ title: 'A test', ...(work ? { metadata: { work } } : {}) }, { throwOnError: true });
    const sessionID = created.data.id;
    const text = ['Please do this.', ...directives, '[[say That was all.]]'].join('\n');
    await client.session.prompt(
      { sessionID, model: { providerID: 'lab', modelID }, parts: [{ type: 'text', text }] },
      { throwOnError: true },
    );
    const seen = () => model.requests.filter(request => request.session === sessionID);
    const turns = directives.filter(line => line.startsWith('[[')).length;
    const last = await waitFor('the last request', () => seen().findLast(({ turn }) => turn === turns), {
      describe: () => ({ requests: seen().map(({ turn, messages }) => ({ turn, last: messages.at(-1) })), output: server.output() }),
    });
    return last.messages.filter(({ role }) => role === 'tool').map(message => message.text);
  }

  const exists = (...parts: string[]) =>
    access(path.join(...parts)).then(
      () => true,
      () => false,
    );
  async function task(id: string): Promise<Task | undefined> {
    const { tasks } = JSON.parse(await readFile(path.join(sample.root, 'work', sample.stream, 'tasks.json'), 'utf8')) as { tasks: Task[] };
    return tasks.find(candidate => candidate.id === id);
  }
  const report = (input: unknown) => `[[tool work_task_report ${JSON.stringify(input)}]]`;

  it('is a bundle that exports the plugin and nothing else', async () => {
    const copy = path.join(folder.path, 'plugin.mjs');
    await copyFile(path.join(projectRoot(), 'dist', 'plugin.js'), copy);
    const bundle = (await import(pathToFileURL(copy).href)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(bundle), ['workstreams']);
    assert.equal((bundle.workstreams as { version: unknown }).version, 1);
  });

  it('offers the task tools with a schema that says what they take', async () => {
    await play([]);
    const request = model.requests.at(-1);
    assert.deepEqual(
      ['work_note', 'work_task_report', 'work_tasks'].filter(name => !request?.tools.includes(name)),
      [],
    );
    const schema = request?.schemas.work_task_report as { properties: { status: { enum: string[] } }; required: string[] };
    assert.deepEqual(schema.properties.status.enum, ['in_progress', 'completed', 'blocked']);
    assert.deepEqual(schema.required, ['task', 'status', 'report']);
  });

  it('stores what an agent reports, and leaves a note for the journal', async () => {
    const [wrote, answer] = await play([
      '[[write src/hello.js|export const hello = 1;]]',
      report({ task: '01.01.01.01', status: 'completed', report: 'Added hello.' }),
    ]);
    assert.match(wrote ?? '', /Wrote file successfully/);
    assert.equal(answer, 'Task 01.01.01.01 is reported as completed. You can stop here.');
    assert.equal(await readFile(path.join(worktree, 'src', 'hello.js'), 'utf8'), 'export const hello = 1;\n');
    const stored = await task('01.01.01.01');
    assert.deepEqual([stored?.status, stored?.report], ['completed', 'Added hello.']);
    const notes = await readNotes(inbox);
    assert.deepEqual(
      notes.map(found => found.kind === 'note' && found.note),
      [{ kind: 'task.reported', task: '01.01.01.01', status: 'completed', report: 'Added hello.', by: 'agent' }],
    );
  });

  it('answers nonsense with a sentence and stores nothing', async () => {
    const before = await readFile(path.join(sample.root, 'work', sample.stream, 'tasks.json'), 'utf8');
    const answers = await play([
      report({}),
      report({ task: 7, status: 'finished', report: ['x'] }),
      report({ task: '01.01.01.01', status: 'completed', report: '  ' }),
      report({ task: '01.01.02.01', status: 'completed', report: 'Not mine.' }),
    ]);
    assert.deepEqual(
      answers.map(answer => answer.slice(0, 22)),
      Array(4).fill('Nothing was reported. '),
    );
    assert.match(answers[3] ?? '', /works on task 01\.01\.01\.01 and can report for no other/);
    assert.equal(await readFile(path.join(sample.root, 'work', sample.stream, 'tasks.json'), 'utf8'), before);
  });

  it('lists the thread and takes a note', async () => {
    const [tasks, noted] = await play(['[[tool work_tasks {}]]', '[[tool work_note {"note":"Half way."}]]'], {
      work: metadata({ task: '01.01.02.01', thread: '01.01.02' }),
    });
    assert.match(tasks ?? '', /^01\.01\.02\.01 Write slugify: pending \(yours\)\n01\.01\.02\.02 Hand out unique slugs: pending$/);
    assert.equal(noted, 'Noted on task 01.01.02.01.');
    assert.equal((await task('01.01.02.01'))?.breadcrumb, 'Half way.');
  });

  it("gives the agent's shell the task, the role and the command's folder first", async () => {
    const bin = path.join(folder.path, 'a bin');
    const [printed] = await play([`[[bash echo "$WORK_TASK|$WORK_ATTEMPT|$WORKSTREAM_ROLE|$WORK_ROOT|\${PATH%%:*}"]]`], {
      work: metadata({ bin }),
    });
    assert.equal(printed?.trim(), ['01.01.01.01', '01.01.01.01#1', 'AGENT', sample.root, bin].join('|'));
  });

  describe('guards', () => {
    before(async () => {
      await mkdir(path.join(folder.path, 'outside'));
      await symlink(path.join(folder.path, 'outside'), path.join(worktree, 'way out'), 'junction');
    });

    const files = (): readonly [name: string, file: string, lands: string][] => [
      ['outside of the worktree', path.join(sample.root, 'src', 'stray.js'), path.join(sample.root, 'src', 'stray.js')],
      ['above the worktree', '../stray.js', path.join(sample.root, '.worktrees', 'stray.js')],
      ['through a link', 'way out/stray.js', path.join(folder.path, 'outside', 'stray.js')],
      ['a state file', 'work/001-text-toolkit/reports/01-x.md', path.join(worktree, 'work', '001-text-toolkit', 'reports', '01-x.md')],
      ['COMPLETION.md', 'COMPLETION.md', path.join(worktree, 'COMPLETION.md')],
    ];

    it('refuse writes to where an agent has no business, and let the one beside it pass', async () => {
      for (const [index, [name, file, lands]] of files().entries()) {
        const beside = `src/beside${index}.js`;
        const [refused, wrote] = await play([`[[write ${file}|no]]`, `[[write ${beside}|yes]]`]);
        assert.match(refused ?? '', /was not written/, name);
        assert.ok(!(await exists(lands)), name);
        assert.match(wrote ?? '', /Wrote file successfully/, name);
        assert.ok(await exists(worktree, beside), name);
      }
    });

    it('refuse to edit the plan, and let an edit of the code pass', async () => {
      const [refused, edited] = await play([
        `[[edit work/${sample.stream}/PLAN.md|Text Toolkit => Mine]]`,
        '[[edit src/words.js|splitWords => cutWords]]',
      ]);
      assert.match(refused ?? '', /keeps the state of the plan/);
      assert.match(edited ?? '', /applied successfully/);
      assert.match(await readFile(path.join(worktree, 'work', sample.stream, 'PLAN.md'), 'utf8'), /Plan: Text Toolkit/);
      assert.match(await readFile(path.join(worktree, 'src', 'words.js'), 'utf8'), /cutWords/);
    });

    it('refuse a patch for one forbidden file in it, whole', async () => {
      const patch = (...lines: string[]) =>
        `[[tool apply_patch\n${JSON.stringify({ patchText: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') })}\n]]`;
      const [refused, applied] = await play(
        [
          patch('*** Add File: src/first.js', '+1', `*** Add File: ${path.join(sample.root, 'second.js')}`, '+2'),
          patch('*** Add File: src/third.js', '+3'),
        ],
        { modelID: 'gpt-5-scripted' },
      );
      assert.match(refused ?? '', /second\.js was not written/);
      assert.deepEqual([await exists(worktree, 'src', 'first.js'), await exists(sample.root, 'second.js')], [false, false]);
      assert.match(applied ?? '', /third\.js/);
      assert.ok(await exists(worktree, 'src', 'third.js'));
    });

    it('refuse commands that leave the branch or the machine, and let others run', async () => {
      await runGit(['branch', 'other'], sample.root);
      const answers = await play([
        '[[bash touch ran.txt && git push origin HEAD]]',
        '[[bash git checkout other]]',
        '[[bash git worktree add ../task-2]]',
        '[[bash git branch -D other]]',
        '[[bash git checkout -- src/words.js && git status --short && echo done]]',
      ]);
      assert.deepEqual(
        answers.slice(0, 4).map(answer => answer.includes('refused here')),
        [true, true, true, true],
        answers.join('\n'),
      );
      assert.match(answers[4] ?? '', /done/);
      assert.ok(!(await exists(worktree, 'ran.txt')));
      assert.equal(await runGit(['branch', '--show-current'], worktree), 'task/1');
      assert.notEqual(await runGit(['branch', '--list', 'other'], sample.root), '');
    });

    it('let a checkout of a file pass and refuse one of a commit', async () => {
      await writeFile(path.join(worktree, 'src', 'words.js'), 'broken');
      const [restored, refused] = await play(['[[bash git checkout src/words.js && echo restored]]', '[[bash git checkout HEAD~0]]']);
      assert.match(restored ?? '', /restored/);
      assert.match(refused ?? '', /refused here/);
    });

    it("hold for an agent's sub-agents, which report for its task", async () => {
      const prompt = `[[write COMPLETION.md|no]]\n${report({ task: '01.01.01.01', status: 'blocked', report: 'From below.' })}\n[[say Sub-agent done.]]`;
      await play([`[[tool task\n${JSON.stringify({ description: 'Help', prompt, subagent_type: 'general' })}\n]]`]);
      const child = model.requests.findLast(request => request.prompt.startsWith('[[write COMPLETION.md'));
      const told = child?.messages.filter(({ role }) => role === 'tool').map(message => message.text) ?? [];
      assert.match(told[0] ?? '', /do NOT create COMPLETION\.md/);
      assert.match(told[1] ?? '', /reported as blocked/);
      assert.equal((await task('01.01.01.01'))?.report, 'From below.');
    });
  });

  it("leaves a user's own sessions alone", async () => {
    const directory = await realpath(sample.root);
    const answers = await play(
      [
        '[[write COMPLETION.md|mine]]',
        '[[bash git worktree list && echo "task=$WORK_TASK"]]',
        report({ task: '01.01.01.01', status: 'completed', report: 'x' }),
      ],
      { work: null, directory },
    );
    assert.match(answers[0] ?? '', /Wrote file successfully/);
    assert.match(answers[1] ?? '', /task-1[\s\S]*task=\n?$/);
    assert.match(answers[2] ?? '', /does not work on a task/);
    assert.ok(await exists(directory, 'COMPLETION.md'));
  });
});
