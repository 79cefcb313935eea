import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeIndex, decodeTasks, decodeThreads, type Decoded } from '../../../../src/domain/files/decode';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { allNodes } from '../../../../src/domain/tree/nodeChildren';
import { drawTree } from '../../../../src/domain/tree/treeDrawing';
import { treeJson } from '../../../../src/domain/tree/treeJson';
import { samplesFolder } from '../../../support/samples';
import { workstream } from '../../../support/workstreamText';

const samples = samplesFolder();
if (samples !== undefined) {
  const work = path.join(samples, 'work');
  const read = (...parts: readonly string[]) => readFileSync(path.join(work, ...parts), 'utf8');
  function value<T>(decoded: Decoded<T>): T {
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.problems, []);
    return decoded.value;
  }

  describe('the tree of real workstreams', () => {
    for (const id of readdirSync(path.join(samples, 'expected')).sort()) {
      it(`${id}: has every task once, none without its thread, every label from the plan`, () => {
        const record = value(decodeIndex(read('index.json'))).streams.find(stream => stream.id === id);
        assert.ok(record);
        const plan = parsePlan(read(id, 'PLAN.md'));
        const tasks = value(decodeTasks(read(id, 'tasks.json')));
        const threads = existsSync(path.join(work, id, 'threads.json')) ? value(decodeThreads(read(id, 'threads.json'))) : [];
        const stream = workstream({ record, plan, tasks, threads });
        const nodes = [...allNodes(stream.stages)];
        assert.equal(nodes.filter(node => node.kind === 'task').length, tasks.length);
        assert.deepEqual(nodes.filter(node => node.kind === 'thread' && node.orphan), []); // prettier-ignore
        const planned = plan.plan?.stages.flatMap(stage => stage.batches.flatMap(batch => [batch, ...batch.threads])) ?? [];
        for (const { id: of, name } of planned) assert.equal(nodes.find(node => node.id === of)?.name, name);
        assert.deepEqual([stream.status, stream.nextBatch, stream.percent], ['completed', null, 100]);
        for (const { threadId, promptPath } of threads) {
          const node = nodes.find(candidate => candidate.id === threadId);
          if (promptPath !== undefined) assert.equal(`${id}/${node?.kind === 'thread' ? node.promptPath : ''}`, promptPath);
        }
        assert.equal(drawTree(stream).split('\n').filter(line => /[├└]─/.test(line)).length, nodes.length); // prettier-ignore
        assert.equal(treeJson(stream).stages.length, plan.plan?.stages.length);
      });
    }
  });
}
