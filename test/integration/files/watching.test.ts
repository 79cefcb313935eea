import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkWatcher } from '../../../src/runtime/files/workWatcher';
import { otherProcess } from '../../support/otherProcess';
import { indexText, someStream, someTask, tasksText, temporaryWork, threadsText, type TemporaryWork } from '../../support/temporaryWork';
import { waitFor } from '../../support/waitFor';

const tool = fileURLToPath(new URL('./otherProcess.tool.mjs', import.meta.url));
const id = '001-watching';

/** How many folders the system watches for this process, where it says so. */
function watchedFolders(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc/self/fdinfo').flatMap(name => {
    try {
      return readFileSync(`/proc/self/fdinfo/${name}`, 'utf8').match(/^inotify wd:/gm) ?? [];
    } catch {
      return [];
    }
  }).length;
}

describe('watching work/', () => {
  let work: TemporaryWork;
  let watcher: WorkWatcher;
  let told: string[];

  async function start(files: Readonly<Record<string, string>>): Promise<void> {
    work = await temporaryWork(files);
    watcher = work.files.watch();
    told = [];
    watcher.onDidChange(({ files: changed }) => told.push(...changed));
    await watcher.ready;
  }
  afterEach(async () => {
    watcher.dispose();
    await work.dispose();
  });

  const usual = {
    'index.json': indexText([someStream(id)]),
    [`${id}/PLAN.md`]: '# Plan: Watching\n',
    [`${id}/tasks.json`]: tasksText(id, [someTask('01.01.01.01')]),
    [`${id}/threads.json`]: threadsText('', []),
  };
  const tells = (relative: string) => waitFor(`word of ${relative}`, () => told.includes(work.path(relative)), { describe: () => told });

  for (const name of ['index.json', `${id}/PLAN.md`, `${id}/tasks.json`, `${id}/threads.json`]) {
    it(`tells of another program that replaces ${name}, and again`, async () => {
      await start(usual);
      for (const text of ['first', 'second']) {
        told = [];
        await (
          await otherProcess(tool, ['replace', work.path(name), '\n', `\n${text}`])
        ).ended;
        await tells(name);
      }
      assert.deepEqual(
        told.filter(file => /\.(tmp|lock)$/.test(file)),
        [],
      );
    });
  }

  it('tells of a file that is overwritten in place', async () => {
    await start(usual);
    await (
      await otherProcess(tool, ['overwrite', work.path(`${id}/tasks.json`), '{}'])
    ).ended;
    await tells(`${id}/tasks.json`);
  });

  it('tells of what appears and goes away, down to prompts, and goes on watching there', async () => {
    await start(usual);
    for (const file of ['agents.yaml', `${id}/COMPLETION.md`, `${id}/reports/01-a.md`, `${id}/prompts/01-a/01-b/c.md`, '002-new/PLAN.md']) {
      await work.write(file, 'x');
      await tells(file);
      told = [];
      await watcher.refresh();
      await appendFile(work.path(file), 'y');
      await tells(file);
    }
    told = [];
    await rm(work.path('002-new'), { recursive: true });
    await tells('002-new/PLAN.md');
  });

  it('goes on after a folder was replaced by another one', async () => {
    await start(usual);
    await rename(work.path(id), work.path('old'));
    await mkdir(work.path(id));
    await work.write(`${id}/PLAN.md`, '# Plan: Other\n');
    await tells(`${id}/PLAN.md`);
    told = [];
    await watcher.refresh();
    await writeFile(work.path(`${id}/tasks.json`), 'x');
    await tells(`${id}/tasks.json`);
  });

  it('starts before there is a work/', async () => {
    await start({});
    await work.files.createWorkstream({ name: 'first', stages: 1 });
    await tells('index.json');
    told = [];
    await work.write('000-first/tasks.json', 'x');
    await tells('000-first/tasks.json');
  });

  it('tells when asked to look, and nothing when nothing changed', async () => {
    await start(usual);
    await watcher.refresh();
    told = [];
    await watcher.refresh();
    assert.equal(told.length, 0);
    await work.write(`${id}/tasks.json`, 'changed');
    await watcher.refresh();
    assert.ok(told.includes(work.path(`${id}/tasks.json`)));
  });

  it('tells of our own changes too, in few words', async () => {
    await start(usual);
    let times = 0;
    watcher.onDidChange(() => times++);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(report => work.files.updateTask(id, '01.01.01.01', { report })));
    await tells(`${id}/tasks.json`);
    await watcher.refresh();
    assert.deepEqual([...new Set(told)], [work.path(`${id}/tasks.json`)]);
    assert.ok(times <= 5);
  });

  it('leaves nothing behind when it is disposed', async () => {
    const before = watchedFolders();
    await start(usual);
    assert.ok(process.platform !== 'linux' || watchedFolders() > before);
    const looking = watcher.refresh();
    watcher.dispose();
    await looking;
    await waitFor('no watcher', () => watchedFolders() === before, { describe: watchedFolders });
    await work.write(`${id}/tasks.json`, 'x');
    assert.deepEqual(told, []);
  });
});
