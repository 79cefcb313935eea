import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeTasks } from '../../../../src/domain/files/decode';
import { formatId } from '../../../../src/domain/ids';
import { emptyJournalState } from '../../../../src/domain/journal/reduce';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { stageReport } from '../../../../src/domain/reports/stageReport';
import { buildWorkstream } from '../../../../src/domain/tree/buildWorkstream';
import type { WorkstreamSnapshot } from '../../../../src/domain/tree/nodes';
import { samplesFolder } from '../../../support/samples';

/**
 * Our report without what we add to the format: the second sentence of the summary, the section of files, the number of fix
 * iterations, and the backslashes that keep `<word>` from being read as HTML.
 */
function withoutAdditions(report: string): string {
  return report
    .replace(/\n\d+ of \d+ tasks? completed in .*\n/, '')
    .replace(/## Files Created\/Modified\n[^]*?\n(?=## Metrics)/, '')
    .replace(/\| Fix Iterations \|.*\n/, '')
    .replaceAll('\\<', '<');
}

/** The first tool's report with cancelled tasks counted as ours counts them: done, and named. */
function withCancelledAsDone(report: string): string {
  let cancelled = 0;
  const threads = report.replace(/\((\d+\/\d+ tasks)\)((?:\n(?:- | {2}> ).*)+)/g, (_, counts: string, items: string) => {
    const here = items.split('\n').filter(line => line.startsWith('- −')).length;
    cancelled += here;
    return `(${counts}${here === 0 ? '' : `, ${here} cancelled`})${items}`;
  });
  if (cancelled === 0) return threads;
  return threads
    .replace(/Status:\*\* In Progress \((\d+\/\d+ tasks)\)/, `Status:** Complete ($1, ${cancelled} cancelled)`)
    .replace(/\| Tasks \| (\d+\/\d+ complete) \|/, `| Tasks | $1, ${cancelled} cancelled |`)
    .replace(/\| Completion Rate \| [\d.]+% \|/, '| Completion Rate | 100.0% |');
}

const samples = samplesFolder();
if (samples !== undefined) {
  const read = (...parts: string[]) => readFileSync(path.join(samples, ...parts), 'utf8');
  const snapshot = (id: string): WorkstreamSnapshot => {
    const tasks = decodeTasks(read('work', id, 'tasks.json'));
    assert.ok(tasks.ok);
    return buildWorkstream({
      record: { id, name: id },
      folder: path.join(samples, 'work', id),
      plan: parsePlan(read('work', id, 'PLAN.md')),
      planHash: undefined,
      tasks: tasks.value,
      threads: [],
      era: 'primary',
      journal: emptyJournalState,
      isDriven: false,
      asks: [],
      health: { judged: new Map(), now: 0 },
      problems: [],
    });
  };

  describe('stage reports of real workstreams', () => {
    for (const id of readdirSync(path.join(samples, 'expected')).sort()) {
      if (!existsSync(path.join(samples, 'expected', id, 'stream.expected.json'))) continue;
      const { stageReports } = JSON.parse(read('expected', id, 'stream.expected.json')) as {
        readonly stageReports: Readonly<Record<string, string>>;
      };
      for (const [number, expected] of Object.entries(stageReports)) {
        it(`${id}, stage ${number}: what its own tool wrote is in ours, line for line`, () => {
          const stage = snapshot(id).stages.find(candidate => candidate.id === formatId(Number(number)));
          assert.ok(stage);
          assert.equal(withoutAdditions(stageReport({ stage, generatedAt: '<ISO>' })), withCancelledAsDone(expected));
        });
      }
    }
  });
}
