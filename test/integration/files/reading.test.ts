import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeTasks } from '../../../src/domain/files/decode';
import { readJsonFile } from '../../../src/runtime/files/readJsonFile';
import { findMainCheckout, findRepositoryRoot } from '../../../src/runtime/files/repositoryRoot';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { samplesFolder } from '../../support/samples';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { indexText, someStream, someTask, tasksText, temporaryWork, threadsText } from '../../support/temporaryWork';

const id = '001-reading';

/** Every file below a folder: its path and what is in it, and when it was written. */
async function fingerprint(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const entries = await Promise.all(
    names.sort().map(async name => {
      const file = path.join(folder, name);
      const facts = await stat(file);
      return facts.isFile()
        ? `${name} ${createHash('sha256')
            .update(await readFile(file))
            .digest('hex')} ${facts.mtimeMs}`
        : `${name}/`;
    }),
  );
  return entries;
}

describe('reading the files of work/', () => {
  it('says absent where there is nothing', async () => {
    const work = await temporaryWork();
    try {
      assert.deepEqual(await work.files.readIndex(), { kind: 'absent' });
      assert.deepEqual(await work.files.readAgents(), { agents: [], source: 'none', problems: [] });
      const stream = await work.files.readWorkstream(id);
      assert.equal(stream.missing, true);
      assert.deepEqual(stream.problems, [
        {
          file: work.path('index.json'),
          severity: 'warning',
          message: `The folder work/${id} is missing; index.json lists it. Restore the folder, or take its entry out of index.json.`,
        },
      ]);
    } finally {
      await work.dispose();
    }
  });

  it('reads a workstream without a plan, without tasks, with a folder where a file should be', async () => {
    const work = await temporaryWork({ [`${id}/notes.txt`]: '' });
    try {
      await mkdir(work.path(`${id}/threads.json`));
      const stream = await work.files.readWorkstream(id);
      assert.deepEqual(
        stream.plan.diagnostics.map(({ message }) => message),
        [`PLAN.md not found at ${stream.planPath}`],
      );
      assert.deepEqual(stream.tasks, { kind: 'absent' });
      assert.match(stream.problems[0]?.message ?? '', /threads\.json cannot be read: it is not a file/);
    } finally {
      await work.dispose();
    }
  });

  it('shows a bad file as what it is, with the place of the error', async () => {
    const work = await temporaryWork({
      'index.json': '{\n  "streams": [,]\n}',
      [`${id}/tasks.json`]: '{\n"tasks": [1,\n',
      [`${id}/PLAN.md`]: '# Plan: X\n',
    });
    try {
      const index = await work.files.readIndex();
      assert.ok(index.kind === 'bad');
      assert.deepEqual(
        { file: index.problem.file, line: index.problem.line, column: index.problem.column },
        { file: work.path('index.json'), line: 2, column: 15 },
      );
      const stream = await work.files.readWorkstream(id);
      assert.equal(stream.tasks.kind, 'bad');
      assert.equal(stream.problems.length, 1);
      assert.equal(stream.plan.plan?.title, 'X');
      await assert.rejects(work.files.readTasks(id), { name: 'FilesError', reason: 'unparsable' });
    } finally {
      await work.dispose();
    }
  });

  it('names entries that it leaves out, and prompts that lie elsewhere', async () => {
    const work = await temporaryWork({
      'index.json': indexText([someStream(id), someStream('../../etc')]),
      [`${id}/tasks.json`]: tasksText(id, [someTask('01.01.01.01'), someTask('01.01.01.02', { status: 'failed' })]),
      [`${id}/threads.json`]: threadsText('', [{ threadId: '01.01.01', promptPath: '../../secret.md', sessions: [] }]),
    });
    try {
      const index = await work.files.readIndex();
      assert.ok(index.kind === 'ok');
      assert.deepEqual(
        index.value.streams.map(stream => stream.id),
        [id],
      );
      assert.equal(index.problems.length, 1);
      const { problems, era, planHash } = await work.files.readWorkstream(id);
      assert.equal(era, 'primary');
      assert.equal(planHash, undefined);
      assert.deepEqual(
        problems.map(({ severity, message }) => `${severity} ${message}`),
        [
          'error tasks.1.status: Invalid status "failed". Valid: pending, in_progress, completed, blocked, cancelled',
          'warning The promptPath of thread 01.01.01 is no file of this workstream; the usual path is used.',
        ],
      );
    } finally {
      await work.dispose();
    }
  });

  it('knows the generations of the files', async () => {
    const thread = { threadId: '01.01.01', threadName: 'API', status: 'completed', report: 'Done.', sessions: [] };
    const work = await temporaryWork({
      'AGENTS.md': '# Agents\n\n## Agent Definitions\n\n### backend\n**Description:** Builds.\n**Best for:** APIs.\n**Model:** p/m\n',
      '000-seed/tasks.json': tasksText('000-seed', [someTask('01.01.01.01')]),
      '001-threads/threads.json': threadsText('001-threads', [thread]),
      '002-stages/01-setup/REQUIREMENTS.md': '',
      '003-database/data.sqlite': '',
      '004-plans/stages/01/PLAN.md': '',
    });
    try {
      const read = async (stream: string) => {
        const { era, readOnly, tasks } = await work.files.readWorkstream(stream);
        return {
          era,
          readOnly: readOnly !== undefined,
          tasks: tasks.kind === 'ok' ? tasks.value.map(task => `${task.id} ${task.status}`) : tasks.kind,
        };
      };
      assert.deepEqual(await read('000-seed'), { era: 'seed', readOnly: false, tasks: ['01.01.01.01 pending'] });
      assert.deepEqual(await read('001-threads'), { era: 'threads', readOnly: true, tasks: ['01.01.01 completed'] });
      assert.deepEqual(await read('002-stages'), { era: 'sane', readOnly: true, tasks: 'absent' });
      assert.deepEqual(await read('003-database'), { era: 'sane', readOnly: true, tasks: 'absent' });
      assert.deepEqual(await read('004-plans'), { era: 'sane', readOnly: true, tasks: 'absent' });
      assert.deepEqual(
        (await work.files.readAgents()).agents.map(({ name }) => name),
        ['backend'],
      );
      await work.write('agents.yaml', 'agents:\n  - name: other\n    description: d\n    best_for: b\n    models: [p/m]\n');
      const agents = await work.files.readAgents();
      assert.deepEqual({ source: agents.source, names: agents.agents.map(({ name }) => name) }, { source: 'yaml', names: ['other'] });
      assert.equal((await work.files.readWorkstream('000-seed')).era, 'primary');
    } finally {
      await work.dispose();
    }
  });

  it('reads a half-written file again', async () => {
    const work = await temporaryWork({ [`${id}/tasks.json`]: '{"tasks": [{"id": "01.01' });
    try {
      let reads = 0;
      const read = await readJsonFile(work.path(`${id}/tasks.json`), text => {
        const decoded = decodeTasks(text);
        if (reads++ === 0) writeFileSync(work.path(`${id}/tasks.json`), tasksText(id, [someTask('01.01.01.01')]));
        return decoded;
      });
      assert.equal(read.kind, 'ok');
      assert.equal(reads, 2);
    } finally {
      await work.dispose();
    }
  });
});

describe('the repository of a folder', () => {
  it('is found upwards, by .git as a folder or a file', async () => {
    const directory = await temporaryDirectory();
    try {
      const main = path.join(directory.path, 'main repository');
      const worktree = path.join(directory.path, 'tree', 'wt');
      await mkdir(path.join(main, '.git', 'worktrees', 'wt'), { recursive: true });
      await mkdir(path.join(main, 'src', 'deep'), { recursive: true });
      await mkdir(worktree, { recursive: true });
      await writeFile(path.join(worktree, '.git'), `gitdir: ${path.join(main, '.git', 'worktrees', 'wt')}\n`);
      await writeFile(path.join(main, '.git', 'worktrees', 'wt', 'commondir'), '../..\n');
      assert.equal(await findRepositoryRoot(path.join(main, 'src', 'deep')), main);
      assert.equal(await findRepositoryRoot(path.join(worktree)), worktree);
      assert.equal(await findMainCheckout(path.join(worktree)), main);
      assert.equal(await findMainCheckout(path.join(main, 'src')), main);

      const submodule = path.join(main, 'vendor', 'lib');
      await mkdir(submodule, { recursive: true });
      await mkdir(path.join(main, '.git', 'modules', 'lib'), { recursive: true });
      await writeFile(path.join(submodule, '.git'), 'gitdir: ../../.git/modules/lib\n');
      assert.equal(await findMainCheckout(submodule), submodule);
    } finally {
      await directory.dispose();
    }
  });
});

const samples = samplesFolder();
if (samples !== undefined) {
  describe('reading real workstreams', () => {
    it('changes no byte and finds no fault', async () => {
      const directory = await temporaryDirectory();
      try {
        await mkdir(path.join(directory.path, '.git'));
        await cp(path.join(samples, 'work'), path.join(directory.path, 'work'), { recursive: true });
        const before = await fingerprint(directory.path);
        const files = new WorkFiles(directory.path);
        const index = await files.readIndex();
        assert.ok(index.kind === 'ok');
        assert.deepEqual(index.problems, []);
        assert.equal(index.value.streams.length, 17);
        const streams = await Promise.all(index.value.streams.map(stream => files.readWorkstream(stream)));
        const present = streams.filter(({ missing }) => !missing);
        assert.deepEqual(
          present.map(stream => stream.id),
          ['001-workstream-viz', '005-session-tracking', '009-workstreams-ux-improvements'],
        );
        for (const stream of present) {
          assert.deepEqual(stream.problems, [], stream.id);
          assert.equal(stream.tasks.kind, 'ok', stream.id);
          assert.equal(stream.readOnly, undefined, stream.id);
          for (const name of ['COMPLETION.md', 'METRICS.md', 'REPORT.md'] as const) await files.readDocument(stream.id, name);
        }
        const embedded = present[1]?.tasks;
        assert.ok(embedded?.kind === 'ok' && embedded.value.some(task => (task.sessions?.length ?? 0) > 0));
        const agents = await files.readAgents();
        assert.equal(agents.source, 'yaml');
        assert.ok(agents.agents.length > 0);
        assert.deepEqual(await fingerprint(directory.path), before);
      } finally {
        await directory.dispose();
      }
    });

    it('leaves all but the edited field of every file as it was', async () => {
      const directory = await temporaryDirectory();
      try {
        await mkdir(path.join(directory.path, '.git'));
        await cp(path.join(samples, 'work'), path.join(directory.path, 'work'), { recursive: true });
        const at = '2026-03-01T12:00:00.000Z';
        const files = new WorkFiles(directory.path, { clock: { now: () => Date.parse(at) } });
        type Document = {
          last_updated: string;
          current_stream?: string;
          streams: Record<string, unknown>[];
          tasks: Record<string, unknown>[];
          threads: { sessions: Record<string, unknown>[] }[];
        };
        const check = async (name: string, edit: () => Promise<unknown>, change: (document: Document) => void) => {
          const file = path.join(directory.path, 'work', ...name.split('/'));
          const document = JSON.parse(await readFile(file, 'utf8')) as Document;
          document.last_updated = at;
          change(document);
          await edit();
          assert.equal(await readFile(file, 'utf8'), JSON.stringify(document, null, 2), name);
        };
        for (const streamId of ['001-workstream-viz', '005-session-tracking', '009-workstreams-ux-improvements']) {
          const tasks = await files.readTasks(streamId);
          const [first] = tasks;
          assert.ok(first);
          await check(
            `${streamId}/tasks.json`,
            () => files.updateTask(streamId, first.id, { status: 'blocked', report: 'Zurück: "x"\n' }),
            document => Object.assign(document.tasks[0] ?? {}, { status: 'blocked', updated_at: at, report: 'Zurück: "x"\n' }),
          );
          await check(
            'index.json',
            () => files.setCurrentStream(streamId),
            document => (document.current_stream = streamId),
          );
          await check(
            'index.json',
            () => files.setCurrentBatch(streamId, '01.02'),
            document => {
              Object.assign(document.streams.find(stream => stream.id === streamId) ?? {}, { updated_at: at, current_batch: '01.02' });
            },
          );
        }
        const ux = '009-workstreams-ux-improvements';
        const { threads } = await files.readWorkstream(ux);
        assert.ok(threads.kind === 'ok');
        const [thread] = threads.value;
        const [session] = thread?.sessions ?? [];
        assert.ok(thread && session);
        await check(
          `${ux}/threads.json`,
          () => files.updateSession(ux, thread.threadId, session.sessionId, { status: 'failed', exitCode: 1 }),
          document => Object.assign(document.threads[0]?.sessions[0] ?? {}, { status: 'failed', exitCode: 1 }),
        );
      } finally {
        await directory.dispose();
      }
    });
  });
}
