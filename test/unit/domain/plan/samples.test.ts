import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import type { ParsedPlan } from '../../../../src/domain/plan/planDocument';
import { nextIncompleteBatch } from '../../../../src/domain/status/nextBatch';
import { streamProgress } from '../../../../src/domain/status/progress';
import { streamStatus } from '../../../../src/domain/status/rollUp';
import type { TaskRecord } from '../../../../src/domain/files/records';
import { samplesFolder } from '../../../support/samples';
import { formatId } from '../../../../src/domain/ids';

/** The shape in which the format's first parser printed a plan. */
function asFirstParser({ plan, diagnostics }: ParsedPlan): unknown {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ section, message }) => ({ section, message }));
  if (!plan) return { kind: 'plan', doc: null, errors };
  const { title, summary, references } = plan;
  const stages = plan.stages.map(({ number, name, definition, constitution, questions, batches }) => ({
    id: number,
    name,
    definition,
    constitution,
    questions: questions.map(({ text, resolved }) => ({ question: text, resolved })),
    batches: batches.map(batch => ({
      id: batch.number,
      prefix: formatId(batch.number),
      name: batch.name,
      summary: batch.summary,
      threads: batch.threads.map(thread => ({ id: thread.number, name: thread.name, summary: thread.summary, details: thread.details })),
    })),
  }));
  return { kind: 'plan', doc: { streamName: title, summary, references, stages }, errors };
}

const samples = samplesFolder();
if (samples !== undefined) {
  const folder = (...parts: string[]) => path.join(samples, ...parts);
  const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  const expected = readdirSync(folder('expected')).sort();

  describe('real workstreams', () => {
    for (const id of expected) {
      const planText = () => readFileSync(folder('work', id, 'PLAN.md'), 'utf8');

      it(`${id}: the plan is read as its own tool reads it`, () => {
        assert.deepEqual(asFirstParser(parsePlan(planText())), json(folder('expected', id, 'PLAN.md.expected.json')));
      });

      const expectedStream = folder('expected', id, 'stream.expected.json');
      if (existsSync(expectedStream)) {
        it(`${id}: status, next batch and progress are those of its own tool`, () => {
          const { stages = [] } = parsePlan(planText()).plan ?? {};
          const { tasks } = JSON.parse(readFileSync(folder('work', id, 'tasks.json'), 'utf8')) as { readonly tasks: readonly TaskRecord[] };
          const statuses = tasks.map(task => task.status);
          const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(thread => thread.id)));
          const { streamStatus: status, nextIncompleteBatch: next, progress } = json(expectedStream) as Readonly<Record<string, object>>;
          assert.deepEqual(streamStatus(undefined, statuses), status);
          assert.deepEqual(nextIncompleteBatch(tasks, threads), next);
          const titles = new Map(stages.map(stage => [stage.number, stage.name]));
          const { streamId, streamName, size, ...numbers } = progress as Readonly<Record<string, unknown>>;
          assert.deepEqual(streamProgress(tasks, titles), numbers);
          assert.deepEqual([streamId, streamName, size], [id, id.slice(4), 'medium']);
        });
      }

      it(`${id}: every heading is on the line that is given for it`, () => {
        const lines = planText().split('\n');
        for (const stage of parsePlan(planText()).plan?.stages ?? []) {
          assert.match(lines[stage.line - 1] ?? '', /^### Stage/);
          for (const question of stage.questions) assert.match(lines[question.line - 1] ?? '', /^- \[/);
          for (const batch of stage.batches) {
            assert.match(lines[batch.line - 1] ?? '', /^##### Batch/);
            for (const thread of batch.threads) assert.equal(lines[thread.line - 1]?.includes(thread.name), true);
          }
        }
      });

      it(`${id}: nothing in it is mistaken for a slip`, () => {
        const slips = parsePlan(planText()).diagnostics.filter(({ message }) => /is not read|is not inside|already defined/.test(message));
        assert.deepEqual(slips, []);
      });
    }
  });
}
