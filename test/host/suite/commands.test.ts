import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { CommandId, CustomEditorId, DocumentScheme } from '../../../src/contributions';
import type { Runtime } from '../../../src/runtime/createRuntime';
import { Journal } from '../../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { readWorktrees } from '../../../src/runtime/model/worktreeReader';
import { claimDriver } from '../../../src/runtime/recovery/driverClaim';
import { runGit, temporaryRepository } from '../../support/gitRepository';
import { journalAttempt } from '../../support/journalAttempt';
import { waitFor } from '../../support/waitFor';
import { Person } from '../support/person';

describe('In the palette', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const stream = '001-first-steps';
  const run = (command: string, ...args: readonly unknown[]) => vscode.commands.executeCommand(command, ...args);
  let runtime: Runtime;
  let person: Person;

  before(async () => {
    const extension = vscode.extensions.getExtension<{ readonly runtime: Runtime }>('workstreams.workstreams');
    assert.ok(extension);
    ({ runtime } = await extension.activate());
  });
  beforeEach(() => (person = new Person()).sit());
  afterEach(() => person.leave());

  it('Show Journal opens what happened as a text that grows while it is open, of a row only what concerns it', async () => {
    const journal = () => vscode.workspace.textDocuments.findLast(({ uri }) => uri.scheme === DocumentScheme.journal)?.getText() ?? '';
    const shows = (text: RegExp) => waitFor(String(text), () => text.test(journal()), { describe: journal, timeout: 20_000 });
    const base = (await runGit(['rev-parse', 'HEAD'], root)).trim();
    const tried = (task: string) => journalAttempt({ root, stream, task, worktree: path.join(root, 'w'), branch: 'task/w', base });
    await tried('01.01.01.01');
    await waitFor('the journal, as soon as the plan was read', async () => {
      await run(CommandId.showJournal);
      return vscode.window.activeTextEditor?.document.uri.scheme === DocumentScheme.journal;
    });
    person.told.length = 0;
    await shows(/01\.01\.01\.01[^\n]*completed/);
    assert.doesNotMatch(journal(), /01\.01\.02\.01/);
    await tried('01.01.02.01');
    await shows(/01\.01\.02\.01[^\n]*completed/);
    await run('workbench.action.closeActiveEditor');

    await run(CommandId.showJournal, { kind: 'node', root, node: { id: '01.01.02' } });
    await shows(/01\.01\.02\.01/);
    assert.doesNotMatch(journal(), /01\.01\.01\.01/);
    await run('workbench.action.closeActiveEditor');
  });

  it('Check Set-Up opens a page that nobody has to save, with what can be done above what it is about', async () => {
    await waitFor('the page, as soon as the plan was read', async () => {
      await run(CommandId.checkSetUp);
      return vscode.window.activeTextEditor?.document.uri.scheme === DocumentScheme.setUp;
    });
    person.told.length = 0;
    const page = vscode.window.activeTextEditor?.document;
    assert.ok(page);
    assert.match(page.getText(), /^ok +git: \d/m);
    assert.match(page.getText(), /^ok +versions: .*Node \d/m);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', page.uri);
    assert.deepEqual(lenses[0]?.command?.arguments, [{ root }]);
    const known = await vscode.commands.getCommands(true);
    for (const { command } of lenses) assert.ok(command && known.includes(command.command), command?.command);
    await run('workbench.action.closeActiveEditor');
    assert.deepEqual(person.told, []);
  });

  it('Take Over says that there is nobody to take over from; else it names who drives, and asks before it passes over them', async () => {
    person.presses = 'Take Over';
    await run(CommandId.takeOver);
    assert.deepEqual(person.told, ['No other program runs batches of this repository: there is nothing to take over.']);

    const driver = await claimDriver(path.join(root, '.git'), { clock: systemClock, logger: silentLogger, program: 'Another window' });
    try {
      person.presses = undefined;
      await run(CommandId.takeOver);
      assert.match(person.told[1] ?? '', /^Take over from Another window \(process \d+ on .*\)\? That program writes nothing /);
      driver.check();

      person.presses = 'Take Over';
      await run(CommandId.takeOver);
      assert.throws(() => driver.check(), { reason: 'superseded' });
      assert.equal(person.told.at(-1), 'Batches of this repository can be run in this window now.');
    } finally {
      await driver.release();
    }
  });

  it('Pause, Stop All and Stop say who runs a batch that is another program’s, and do nothing to it or to this window', async () => {
    const folder = journalFolder(path.join(root, '.git'), stream);
    await mkdir(folder, { recursive: true });
    const told = await readFile(journalFile(folder)).catch(() => undefined);
    const pauses: boolean[] = [];
    const watching = runtime.onDidPause(paused => pauses.push(paused));
    const driver = await claimDriver(path.join(root, '.git'), { clock: systemClock, logger: silentLogger, program: 'Another window' });
    const journal = await Journal.open(journalFile(folder), { clock: systemClock, logger: silentLogger, epoch: driver.epoch });
    try {
      journal.append({
        kind: 'run.started',
        run: 'r',
        batch: '01.01',
        threads: ['01.01.01'],
        isolation: 'task',
        base: 'b',
        branch: 'main',
      });
      await waitFor('that the batch is seen to run', async () => {
        await run(CommandId.refresh);
        return (await runtime.repository(root).snapshot(stream)).stages[0]?.batches[0]?.running === true;
      });
      person.told.length = 0;
      await run(CommandId.pause);
      await run(CommandId.stopAll);
      await run(CommandId.stop, { kind: 'node', root, node: { id: '01.01' } });
      assert.equal(person.told.length, 3);
      for (const words of person.told) {
        assert.match(words, /^Another window \(process \d+ on .*\) is running batches of this repository\. .* Take Over/);
      }
      assert.deepEqual(pauses, []);
      driver.check();
    } finally {
      watching.dispose();
      journal.close();
      await driver.release();
      if (told === undefined) await rm(journalFile(folder));
      else await writeFile(journalFile(folder), told);
      await run(CommandId.refresh);
    }
  });

  it('a key is about the selected row; a click on a row that VS Code has just forgotten never is', async () => {
    const lineAfter = async (...args: readonly unknown[]) => {
      await run('workbench.action.closeAllEditors');
      await run(CommandId.goToPlan, ...args);
      const { selection } = await waitFor('PLAN.md', () => vscode.window.activeTextEditor);
      return selection.active.line;
    };
    await waitFor('the plan to be read', async () => {
      await run(CommandId.goToPlan, undefined);
      return vscode.window.activeTextEditor;
    });
    await waitFor('a selected row', async () => {
      await run('work.tree.focus');
      await run('list.focusFirst');
      await run('list.select');
      return (await lineAfter()) > 0;
    });
    assert.equal(await lineAfter(undefined), 0);
  });

  it('Generate Prompts hands over with the sentence of a planner', async () => {
    await run(CommandId.generatePrompts, { kind: 'node', root, node: { id: '01' } });
    assert.equal(
      person.told.at(-1),
      'Prompts for Stage 1 are ready. Run work multi --batch 01.01 to start batch 1. Continue with each batch until the stage is complete, then return to me.',
    );
    await rm(path.join(root, 'work', stream, 'prompts'), { recursive: true });
  });

  it('Add Project and Remove Project register a repository and forget it; a folder that is none is refused with a sentence', async () => {
    const repository = await temporaryRepository({ files: { 'README.md': '# Elsewhere\n' } });
    const registered = async () => (await runtime.projects.read()).projects.map(({ rootDirectory }) => rootDirectory);
    try {
      await run(CommandId.addProject); // nothing was chosen
      assert.deepEqual([await registered(), person.told], [[], []]);

      person.folder = path.join(repository.root, 'missing');
      await run(CommandId.addProject);
      assert.equal(person.told.length, 1);
      assert.doesNotMatch(person.told[0] ?? '', /ENOENT|Something went wrong/);
      assert.deepEqual(await registered(), []);

      person.folder = repository.root;
      await run(CommandId.addProject);
      assert.deepEqual(await registered(), [repository.root]);
      assert.match(person.told[1] ?? '', /^Project .* is registered\. /);

      await run(CommandId.removeProject, { root });
      assert.match(person.told[2] ?? '', /is a folder of this window and not a registered project/);
      await run(CommandId.removeProject, { root: repository.root });
      assert.deepEqual(await registered(), []);
    } finally {
      await repository.dispose();
    }
  });

  it('Drop Thread cancels all tasks of a thread whose work could not be merged, after it said why it was not', async () => {
    const repository = runtime.repository(root);
    const thread = '01.01.01';
    const folder = journalFolder(path.join(root, '.git'), stream);
    await mkdir(folder, { recursive: true });
    const told = await readFile(journalFile(folder)).catch(() => undefined);
    const journal = await Journal.open(journalFile(folder), { clock: systemClock, logger: silentLogger, epoch: 1 });
    journal.append({ kind: 'run.started', run: 'r', batch: '01.01', threads: [thread], isolation: 'task', base: 'b', branch: 'main' });
    journal.append({ kind: 'thread.started', run: 'r', thread });
    journal.append({ kind: 'merge.rejected', thread, commit: 'c', reason: '`npm test` ended with exit code 1' });
    journal.close();
    const names = { stage_name: 'S', batch_name: 'B', thread_name: 'T', assigned_agent: 'default' };
    await repository.files.addTasks(stream, [{ id: `${thread}.01`, name: 'One', ...names }]);
    const tasks = async () => (await repository.files.readTasks(stream)).filter(({ id }) => id.startsWith(`${thread}.`));
    const before = await tasks();
    assert.ok(before.length > 0);
    await vscode.commands.executeCommand(CommandId.refresh);
    const row = { kind: 'node', root, node: { id: thread } };
    await run(CommandId.dropThread, row);
    assert.match(person.told[0] ?? '', /^Drop thread 01\.01\.01 [^]*It was not merged: npm test ended with exit code 1\./);
    assert.deepEqual(await tasks(), before);
    person.presses = 'Drop Thread';
    await run(CommandId.dropThread, row);
    assert.ok((await tasks()).every(({ status }) => status === 'cancelled'));
    await rm(path.join(root, 'work', stream, 'tasks.json'));
    // Other tests draw the same plan.
    if (told === undefined) await rm(journalFile(folder));
    else await writeFile(journalFile(folder), told);
  });

  it('Open Completion opens as a page what later formats put in place of COMPLETION.md, and asks which of several', async () => {
    const file = (name: string) => path.join(root, 'work', stream, name);
    const page = () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom ? [input.viewType, path.basename(input.uri.fsPath)] : undefined;
    };
    try {
      await run(CommandId.openCompletion, { root });
      assert.deepEqual(person.told, ['There is no COMPLETION.md yet. Work: Complete writes it.']);
      await writeFile(file('METRICS.md'), '# Metrics\n');
      await run(CommandId.openCompletion, { root });
      await waitFor('the page of METRICS.md', () => page()?.join() === `${CustomEditorId.report},METRICS.md`, { describe: page });
      await writeFile(file('REPORT.md'), '# Report\n');
      await run(CommandId.openCompletion, { root });
      assert.deepEqual(
        [person.asked, page()],
        [
          ['METRICS.md', 'REPORT.md'],
          [CustomEditorId.report, 'METRICS.md'],
        ],
      );
      person.chooses = 'REPORT.md';
      await run(CommandId.openCompletion, { root });
      await waitFor('the page of REPORT.md', () => page()?.join() === `${CustomEditorId.report},REPORT.md`, { describe: page });
    } finally {
      await run('workbench.action.closeAllEditors');
      for (const name of ['METRICS.md', 'REPORT.md']) await rm(file(name), { force: true });
    }
  });

  it('Forget asks before a deleted worktree goes for good, and says whether its work is merged; all merged ones go without the others', async () => {
    const repository = runtime.repository(root);
    const deleted = async () => (await readWorktrees(repository.worktreeSources)).deleted;
    const base = (await runGit(['rev-parse', 'HEAD'], root)).trim();
    await appendFile(path.join(root, '.git', 'info', 'exclude'), '/.worktrees/\n');
    await runGit(['branch', '--force', `work/${stream}`, base], root);
    for (const task of ['01.01.01.01', '01.01.02.01']) {
      const worktree = path.join(root, '.worktrees', task);
      await runGit(['worktree', 'add', '--quiet', '--detach', worktree], root);
      await writeFile(path.join(worktree, 'note.txt'), `for ${task}\n`);
      await runGit(['add', '--all'], worktree);
      await runGit(['commit', '--quiet', '--message', 'Work on no branch'], worktree);
      await repository.removeWorktree({ worktree, stream, task });
    }
    const row = async (task: string) => {
      const found = (await deleted()).find(each => each.task === task);
      assert.ok(found);
      return { kind: 'snapshot', key: found.ref, root, deleted: found };
    };
    const tasks = async () => (await deleted()).map(({ task }) => task).sort();
    assert.deepEqual(await tasks(), ['01.01.01.01', '01.01.02.01']);

    person.presses = 'Forget';
    await run(CommandId.forgetMerged, { kind: 'deleted', key: 'group', root });
    assert.match(person.told[0] ?? '', /^There is nothing to forget: .* What holds unmerged work stays: 01\.01\.0\d/);

    await run(CommandId.removeWorktree, await row('01.01.01.01')); // the key of removal; its dialog has no button of that name
    assert.match(person.told[1] ?? '', /^Forget the deleted worktree of 01\.01\.01\.01[^]*merged nowhere[^]*cannot be restored/);
    assert.deepEqual(await tasks(), ['01.01.01.01', '01.01.02.01']);
    person.presses = 'Forget Unmerged Work';
    await run(CommandId.forgetWorktree, await row('01.01.01.01'));
    assert.deepEqual(await tasks(), ['01.01.02.01']);

    const { deleted: kept } = await row('01.01.02.01');
    await runGit(['branch', '--force', `work/${stream}`, kept.head ?? ''], root); // its work is merged now
    person.presses = undefined;
    await run(CommandId.forgetMerged, { kind: 'deleted', key: 'group', root });
    assert.match(person.told.at(-1) ?? '', /^Forget 1 deleted worktree whose work is merged\? 01\.01\.02\.01/);
    assert.deepEqual(await tasks(), ['01.01.02.01']);
    person.presses = 'Forget';
    await run(CommandId.forgetMerged, { kind: 'deleted', key: 'group', root });
    assert.deepEqual(await tasks(), []);
    await runGit(['branch', '-D', `work/${stream}`], root);
  });
});
