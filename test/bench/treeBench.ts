import path from 'node:path';
import { silentLogger } from '../../src/common/logger';
import { RepositoryReader } from '../../src/runtime/model/repositoryReader';
import { indexText, someStream, temporaryWork } from '../support/temporaryWork';
import { compare } from './comparison';
import { largePlan, largeTasks } from './largePlan';

const streams = Array.from({ length: 10 }, (_, index) => `${String(index + 1).padStart(3, '0')}-bench`);

/** What a change in one workstream's files costs the tree, against reading all of `work/`. */
export async function benchTree(rounds: number): Promise<string> {
  const work = await temporaryWork({
    'index.json': indexText(
      streams.map(id => someStream(id)),
      streams[0],
    ),
    ...Object.fromEntries(
      streams.flatMap(id => [
        [`${id}/PLAN.md`, largePlan],
        [`${id}/tasks.json`, largeTasks(id)],
      ]),
    ),
  });
  const reader = new RepositoryReader(work.files, silentLogger);
  const changed = path.join(work.files.folder, streams[0] ?? '', 'tasks.json');
  const reading = (forget: () => void, times: number) => async () => {
    for (let time = 0; time < times; time++) {
      forget();
      await reader.read();
    }
    return times;
  };
  try {
    await reader.read();
    return await compare(
      {
        title: `Tree: reading ${streams.length} workstreams of 288 tasks`,
        contenders: [
          { name: "after a change of one workstream's tasks", run: reading(() => reader.forget(changed), 10) },
          { name: 'everything', run: reading(() => reader.forget(), 2) },
          { name: 'when nothing changed', run: reading(() => undefined, 50) },
        ],
      },
      rounds,
    );
  } finally {
    await work.dispose();
  }
}
