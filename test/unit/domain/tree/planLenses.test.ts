import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { planLenses } from '../../../../src/domain/tree/planLenses';
import type { WorkstreamInput } from '../../../../src/domain/tree/buildWorkstream';
import { planText, taskRecords, workstream } from '../../../support/workstreamText';

const text = planText('01.01.01 Router', '02.01.01 Docs');
/** As `line: title`, with the action in brackets. */
const lenses = (input: Partial<WorkstreamInput>, shown = text) =>
  planLenses(shown, workstream({ plan: parsePlan(text), ...input }), untranslated).map(
    ({ line, title, action, id }) => `${line}: ${title}${action === undefined ? '' : ` [${action}${id === undefined ? '' : ` ${id}`}]`}`,
  );

describe('planLenses', () => {
  it('offer to approve and run a plan that nothing was done of yet', () => {
    assert.deepEqual(lenses({}), [
      '1: no tasks yet · not approved',
      '1: Approve Plan [approvePlan]',
      '1: Generate Tasks… [generateTasks]',
      '9: no tasks yet',
      '17: Run Batch [runBatch 01.01]',
      '17: Dry Run [dryRun 01.01]',
      '17: no tasks yet',
      '19: @default [focusTerminal 01.01.01]',
      '25: no tasks yet',
      '33: Run Batch [runBatch 02.01]',
      '33: Dry Run [dryRun 02.01]',
      '33: no tasks yet',
      '35: @default [focusTerminal 02.01.01]',
    ]);
  });

  it('offer the gate of a stage that is done, and no run of what is done', () => {
    const shown = lenses({ tasks: taskRecords({ '01.01.01.01': 'completed' }) });
    assert.deepEqual(
      shown.filter(lens => /^(9|17):/.test(lens)),
      [
        '9: Approve Stage [approveStage 01]',
        '9: Request Changes… [requestChanges 01]',
        '9: Stage Report [openStageReport 01]',
        '9: 1/1 · needs approval',
        '17: 1/1 · completed',
      ],
    );
  });

  it('say that an approved plan was modified since, and offer to approve it again', () => {
    const record = { id: '001-sample', name: 'sample', approval: { status: 'approved', plan_hash: 'a' } } as const;
    assert.deepEqual(lenses({ record, planHash: 'a' }).slice(0, 2), ['1: no tasks yet · approved', '1: Generate Tasks… [generateTasks]']);
    assert.deepEqual(lenses({ record, planHash: 'b' }).slice(0, 2), [
      '1: no tasks yet · modified since approval',
      '1: Approve Again [approvePlan]',
    ]);
  });

  it('stand where the headings are in the editor now, and only on parts that are known', () => {
    const typed = `\n\n${text}\n##### Batch 07: New\n`;
    assert.equal(lenses({}, typed)[0], '3: no tasks yet · not approved');
    assert.ok(lenses({}, typed).includes('19: Run Batch [runBatch 01.01]'));
    assert.ok(!lenses({}, typed).some(lens => lens.includes('02.07')));
    assert.deepEqual(lenses({}, 'no plan'), []);
  });

  it('only say how it stands where nothing is written', () => {
    const actions = lenses({ era: 'threads' }).filter(lens => /\[(?!focusTerminal)/.test(lens));
    assert.deepEqual(actions, []);
  });
});
