import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../../src/common/logger';
import type { JournalState } from '../../../../src/domain/journal/journalState';
import { isTaskStatus } from '../../../../src/domain/taskStatus';
import { drawTree } from '../../../../src/domain/tree/treeDrawing';
import { treeJson } from '../../../../src/domain/tree/treeJson';
import { Journal } from '../../../../src/runtime/journal/journal';
import { readJournal } from '../../../../src/runtime/journal/readJournal';
import { joinWorkstream } from '../../../../src/runtime/model/joinWorkstream';
import { projectRoot } from '../../../support/projectRoot';
import { indexText, someStream, someTask, tasksText, temporaryWork } from '../../../support/temporaryWork';
import { planText } from '../../../support/workstreamText';

const id = '001-sample';
const threads = ['01', '02', '03', '04', '05', '06'].map(number => `01.01.${number}`);
const tasks = [...threads.map(thread => `${thread}.01`), '01.01.01.02'].sort();

describe('The tree of a run', function () {
  this.timeout(120_000);

  it('is after any line of its journal what was drawn when that line was the last', async () => {
    const work = await temporaryWork({
      'index.json': indexText([someStream(id)], id),
      [`${id}/PLAN.md`]: planText(...threads.map(thread => `${thread} Thread`)),
      [`${id}/tasks.json`]: tasksText(
        id,
        tasks.map(task => someTask(task)),
      ),
    });
    try {
      const record = await work.files.resolveStream();
      const health = { judged: new Map(), now: 0 };
      const draw = async (journal: JournalState, isDriven: boolean) => {
        const read = await work.files.readWorkstream(record);
        const stream = joinWorkstream(record, read, { journal, isDriven, asks: [], health });
        return [drawTree(stream), treeJson(stream)];
      };
      // What a real run wrote is written once more, line by line, and drawn from what the living journal knows.
      const { events } = await readJournal(path.join(projectRoot(), 'test', 'fixtures', 'journals', 'first', 'journal.jsonl'));
      const file = path.join(work.root, '.git', 'work', id, 'journal.jsonl');
      let now = 0;
      const journal = await Journal.open(file, { clock: { now: () => now }, epoch: 1, logger: silentLogger });
      const then: { readonly tasks: string; readonly drawn: unknown }[] = [];
      for (const { v: _v, seq: _seq, at, epoch: _epoch, ...event } of events) {
        now = Date.parse(at);
        if (event.kind === 'task.reported' && isTaskStatus(event.status)) {
          await work.files.updateTask(id, event.task, { status: event.status, report: event.report ?? '' });
        }
        journal.append(event);
        then.push({
          tasks: await work.read(`${id}/tasks.json`),
          drawn: [await draw(journal.state, true), await draw(journal.state, false)],
        });
      }
      journal.close();
      assert.ok(new Set(then.map(({ drawn }) => JSON.stringify(drawn))).size > tasks.length * 2, 'the trees differ');

      const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
      assert.equal(lines.length, then.length);
      await mkdir(path.join(work.root, 'prefix'));
      for (const [index, expected] of then.entries()) {
        const prefix = path.join(work.root, 'prefix', 'journal.jsonl');
        await writeFile(prefix, `${lines.slice(0, index + 1).join('\n')}\n`);
        await work.write(`${id}/tasks.json`, expected.tasks);
        const { state } = await readJournal(prefix);
        assert.deepEqual([await draw(state, true), await draw(state, false)], expected.drawn, `after line ${index + 1}`);
      }
    } finally {
      await work.dispose();
    }
  });
});
