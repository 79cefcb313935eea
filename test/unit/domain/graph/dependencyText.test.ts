import assert from 'node:assert/strict';
import { dependencyText } from '../../../../src/domain/graph/dependencyText';
import { batchNode, stageNode, taskNode, threadNode } from '../../../support/planNodes';

describe('dependencyText', () => {
  it('tells the levels, who waits for whom and why, the longest chain, and draws it', () => {
    const stage = stageNode('01', [
      batchNode('01.01', [
        threadNode('01.01.01', [taskNode('01.01.01.01', { status: 'completed' })], { status: 'completed' }),
        threadNode('01.01.02', [taskNode('01.01.02.01')], { dependsOn: [], files: ['src/a.ts'], name: 'The "odd" <one>' }),
      ]),
      batchNode('01.02', [
        threadNode('01.02.01', [taskNode('01.02.01.01')], { dependsOn: ['01.01.02'] }),
        threadNode('01.02.02', [taskNode('01.02.02.01')], {
          wait: { kind: 'unreachable', reason: 'it depends on 01.01.02, which failed' },
        }),
      ]),
    ]);
    assert.equal(
      dependencyText({ title: 'Sample', stages: [stage] }),
      [
        '# Dependencies: Sample',
        '',
        '## Stage 01: Stage 01',
        '',
        'Longest chain: 01.01.01 → 01.02.02',
        '',
        '### Level 1',
        '',
        '- **01.01.01** Thread 01.01.01 — done; depends on nothing',
        '- **01.01.02** The "odd" <one> — ready; depends on nothing; changes `src/a.ts`',
        '',
        '### Level 2',
        '',
        '- **01.02.01** Thread 01.02.01 — waits for 01.01.02; depends on 01.01.02',
        '- **01.02.02** Thread 01.02.02 — cannot begin: it depends on 01.01.02, which failed; depends on 01.01.01*, 01.01.02*',
        '',
        '```mermaid',
        'graph LR',
        '  t01_01_01["01.01.01 Thread 01.01.01"]',
        '  t01_01_02["01.01.02 The  odd   one"]',
        '  t01_02_01["01.02.01 Thread 01.02.01"]',
        '  t01_02_02["01.02.02 Thread 01.02.02"]',
        '  t01_01_02 --> t01_02_01',
        '  t01_01_01 -.-> t01_02_02',
        '  t01_01_02 -.-> t01_02_02',
        '```',
        '',
        '',
      ].join('\n'),
    );
  });
});
