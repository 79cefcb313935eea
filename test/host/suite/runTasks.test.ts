import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { nextBatch, runBatchTask } from '../../../src/views/tasks/batchTask';
import { RunTaskProvider } from '../../../src/views/tasks/runTasks';
import { RunHarness, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

/** Runs a task to its end; gives its exit code, undefined when it had none. */
async function execute(task: vscode.Task, meanwhile?: (execution: vscode.TaskExecution) => Promise<void>): Promise<number | undefined> {
  let code: number | undefined;
  const subscriptions: vscode.Disposable[] = [];
  try {
    const ended = new Promise<void>(resolve => {
      subscriptions.push(
        vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution.task.name === task.name) code = exitCode;
        }),
        vscode.tasks.onDidEndTask(({ execution }) => {
          if (execution.task.name === task.name) resolve();
        }),
      );
    });
    const execution = await vscode.tasks.executeTask(task);
    await meanwhile?.(execution);
    await ended;
    return code;
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

describe('A run as a task', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  describe('of the workspace', () => {
    const tasksJson = path.join(root, '.vscode', 'tasks.json');
    before(() => vscode.extensions.getExtension('workstreams.workstreams')?.activate());
    after(() => rm(path.dirname(tasksJson), { recursive: true, force: true }));

    it('is offered for the next batch and for each that is not done', async () => {
      const offered = await waitFor('the tasks', async () => {
        const tasks = await vscode.tasks.fetchTasks({ type: 'work' });
        return tasks.length > 0 && tasks;
      });
      assert.deepEqual(
        offered.map(({ name, source, definition }): unknown[] => [name, source, definition.batch, definition.workstream]),
        [
          ['Continue', 'Work', 'continue', undefined],
          ['Batch 01.01: Parts', 'Work', '01.01', '001-first-steps'],
          ['Batch 02.01: Whole', 'Work', '02.01', '001-first-steps'],
        ],
      );
    });

    it('can be written down in tasks.json; a batch that does not exist ends it with exit code 1', async () => {
      await mkdir(path.dirname(tasksJson), { recursive: true });
      await writeFile(tasksJson, JSON.stringify({ version: '2.0.0', tasks: [{ label: 'Run mine', type: 'work', batch: '09.09' }] }));
      const mine = await waitFor('the task', async () => (await vscode.tasks.fetchTasks()).find(({ name }) => name.includes('Run mine')));
      assert.equal(await execute(mine), 1);
    });
  });

  describe('with a server', () => {
    let harness: RunHarness;
    before(async () => {
      harness = await RunHarness.start(4795);
    });
    after(() => harness.dispose());

    /**
     * *Continue* of a project. It names its workstream: VS Code keeps executions by what defines a task, and the extension that runs
     * beside these tests offers a *Continue* of its own whenever VS Code asks.
     */
    const continuing = async (project: Project) => {
      const stream = await project.snapshot();
      const provider = new RunTaskProvider({
        plans: { repositories: [{ root: project.root, hasWork: true, streams: [], stream, problems: [] }] },
        repository: () => project.repository,
        onError: error => assert.fail(String(error)),
      });
      const definition = { type: 'work', batch: nextBatch, workstream: stream.id };
      const task = provider.resolveTask(new vscode.Task(definition, vscode.TaskScope.Workspace, 'Continue', 'Work'));
      assert.ok(task);
      return task;
    };

    it('carries the next batch out, and ends with its exit code', async () => {
      harness.model.addScript(working('01.01.01.01', '[[write one.txt|one]]'));
      harness.model.addScript({ label: '01.02.01.01', directives: '[[status 401 1 | no key]]\n[[say never]]' });
      const project = await harness.project({
        threads: ['01.01.01 One', '01.02.01 Two'],
        tasks: { '01.01.01.01': 'pending', '01.02.01.01': 'pending' },
      });
      assert.equal(await execute(await continuing(project)), 0);
      assert.deepEqual(await project.tasks(), ['01.01.01.01: completed — Did 01.01.01.01.', '01.02.01.01: pending']);
      assert.equal(await execute(await continuing(project)), 1, 'the second batch is blocked');
      assert.match((await project.tasks())[1] ?? '', /^01\.02\.01\.01: blocked — Failed: /);
    });

    it('is stopped by Terminate Task: the agent ends and its task is pending again', async () => {
      harness.model.addScript({ label: '02.01.01.01', directives: '[[hang]]' });
      const project = await harness.project({ threads: ['02.01.01 One'], tasks: { '02.01.01.01': 'pending' } });
      await execute(await continuing(project), async execution => {
        await waitFor('the agent to hang', () => harness.model.waiting === 1);
        execution.terminate();
      });
      await waitFor('the agent to be gone', () => harness.model.waiting === 0);
      await waitFor('the run to end', () => project.repository.runs.runningBatches.size === 0);
      assert.deepEqual(await project.tasks(), ['02.01.01.01: pending']);
    });

    it('follows a run that was started by command instead of running it twice', async () => {
      harness.model.addScript({ label: '03.01.01.01', directives: `[[gate]]\n${working('03.01.01.01').directives}` });
      const project = await harness.project({ threads: ['03.01.01 One'], tasks: { '03.01.01.01': 'pending' } });
      const lines: string[] = [];
      const running = project.run('03.01');
      await waitFor('the agent to begin', () => harness.model.waiting === 1);
      const following = runBatchTask(
        { batch: 'continue' },
        project.repository,
        line => void lines.push(line),
        new AbortController().signal,
      );
      const code = await execute(await continuing(project), async () => {
        await waitFor('the word that it follows', () => lines.length > 0);
        harness.model.release();
      });
      const report = await running;
      assert.equal(report.kind === 'finished' && report.result.outcome, 'completed');
      assert.deepEqual([code, await following], [0, 0]);
      const sessions = harness.model.requestsFor('03.01.01.01').map(({ session }) => session);
      assert.equal(new Set(sessions).size, 1, 'one agent worked on it');
      assert.deepEqual(
        lines.map(line => line.replace(/\([0-9a-f]{10}\)/, '(commit)')),
        [
          'Batch 03.01 is running already; this task follows it.',
          '✓ 03.01.01.01 completed: Did 03.01.01.01.',
          '⇢ 03.01.01 changed nothing',
          'Batch 03.01: 1 merged',
          'What was merged: git log heads/work/001-sample',
        ],
      );
    });
  });
});
