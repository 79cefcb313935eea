import assert from 'node:assert/strict';
import { exec, execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runGit } from '../../support/gitRepository';
import { parseTurns, type Turn } from '../../support/modelDirectives';
import { buildSample, type SampleRepository } from '../../support/sampleRepository';
import { temporaryDirectory } from '../../support/temporaryDirectory';

const execute = promisify(execFile);
const executeLine = promisify(exec);

describe('the sample repository', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sample: SampleRepository;

  before(async () => {
    folder = await temporaryDirectory();
    sample = await buildSample({ folder: path.join(folder.path, 'text toolkit') });
  });
  after(() => folder.dispose());

  it('is one commit on main, clean, with an identity of its own', async () => {
    assert.equal(await runGit(['rev-list', '--count', 'main'], sample.root), '1');
    assert.equal(await runGit(['status', '--porcelain'], sample.root), '');
    assert.equal(await runGit(['config', '--local', 'user.email'], sample.root), 'sam@example.com');
  });

  it('has a script for each of its twelve tasks, of at most four turns before the last word', async () => {
    const { tasks } = JSON.parse(await readFile(path.join(sample.root, 'work', sample.stream, 'tasks.json'), 'utf8')) as {
      tasks: { id: string }[];
    };
    assert.deepEqual(
      sample.scripts.map(({ label }) => label),
      tasks.map(({ id }) => id),
    );
    assert.equal(tasks.length, 12);
    for (const { label, directives } of sample.scripts) {
      const turns = parseTurns(directives);
      const calls = turns.filter(({ action }) => action.verb === 'call');
      assert.ok(calls.length >= 2 && calls.length <= 4, `${label} has ${calls.length} calls`);
      assert.deepEqual(reportOf(turns), { task: label, status: 'completed' });
    }
  });

  it('keeps the files of threads of one batch apart', () => {
    const touched = new Map<string, string>();
    for (const { label, directives } of sample.scripts) {
      const thread = label.slice(0, 8);
      for (const file of parseTurns(directives).flatMap(filesOf)) {
        const key = `${label.slice(0, 5)} ${file}`;
        assert.ok([undefined, thread].includes(touched.get(key)), `${file} is touched by ${thread} and ${touched.get(key) ?? ''}`);
        touched.set(key, thread);
      }
    }
  });

  it('has agents whose code passes its tests, batch after batch', async () => {
    for (const [index, { label, directives }] of sample.scripts.entries()) {
      for (const turn of parseTurns(directives)) await play(turn, sample.root);
      if (sample.scripts[index + 1]?.label.startsWith(label.slice(0, 5))) continue;
      await execute(process.execPath, ['--test'], { cwd: sample.root }).catch((error: unknown) =>
        assert.fail(`after task ${label}: ${(error as { stdout: string }).stdout}`),
      );
    }
    assert.equal(await runGit(['rev-list', '--count', 'main'], sample.root), '2', 'one agent commits itself');
  });
});

type Input = {
  readonly filePath?: string;
  readonly content?: string;
  readonly oldString?: string;
  readonly newString?: string;
  readonly command?: string;
};
const inputOf = ({ action }: Turn) => (action.verb === 'call' ? (action.input as Input) : {});
const filesOf = (turn: Turn) => [inputOf(turn).filePath].filter(file => file !== undefined);

function reportOf(turns: readonly Turn[]) {
  const [call] = turns.flatMap(({ action }) => (action.verb === 'call' && action.tool === 'work_task_report' ? [action.input] : []));
  const { task, status } = call as { task: string; status: string };
  return { task, status };
}

/** What opencode's tools would do, near enough. */
async function play(turn: Turn, root: string): Promise<void> {
  const { filePath, content, oldString, newString, command } = inputOf(turn);
  if (command !== undefined) await executeLine(command, { cwd: root });
  if (filePath === undefined) return;
  const file = path.join(root, filePath);
  await mkdir(path.dirname(file), { recursive: true });
  if (content !== undefined) await writeFile(file, content);
  if (oldString === undefined || newString === undefined) return;
  const before = await readFile(file, 'utf8');
  assert.equal(before.split(oldString).length, 2, `the text to replace is once in ${filePath}`);
  await writeFile(
    file,
    before.replace(oldString, () => newString),
  );
}
