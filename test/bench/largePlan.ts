import { formatId } from '../../src/domain/ids';
import { planText } from '../support/workstreamText';
import { someTask, tasksText } from '../support/temporaryWork';

const range = (size: number) => Array.from({ length: size }, (_, index) => index + 1);

/** A large plan: 4 stages, 3 batches each, 6 threads each, 4 tasks each. */
const threadIds = range(4).flatMap(stage => range(3).flatMap(batch => range(6).map(thread => formatId(stage, batch, thread))));

export const largePlan = planText(...threadIds.map(id => `${id} Thread ${id} @agent:default`));

export const largeTasks = (streamId: string) =>
  tasksText(
    streamId,
    threadIds.flatMap(id =>
      range(4).map(task => someTask(`${id}.${formatId(task)}`, { report: `Did part ${task} of ${id}, and its tests.` })),
    ),
  );
