import { oneLine } from '../../common/text';
import { ancestorId } from '../ids';
import type { JournalEvent } from './events';

/** The attempt, task, thread, batch or stage an event is about, safe to show; undefined: the workstream as a whole. */
export function eventSubject(event: JournalEvent): string | undefined {
  const subject = rawSubject(event);
  return subject === undefined ? undefined : oneLine(subject);
}

function rawSubject(event: JournalEvent): string | undefined {
  switch (event.kind) {
    case 'run.started':
    case 'run.resumed':
    case 'run.finished':
      return event.batch;
    case 'stage.approved':
    case 'stage.revoked':
    case 'stage.reviewed':
    case 'stage.delivered':
    case 'delivery.refused':
    case 'delivery.undone':
      return event.stage;
    case 'plan.populated':
      return event.phase === 'all' ? undefined : event.phase;
    case 'effect.intended':
    case 'effect.done':
    case 'effect.failed':
      return keySubject(event.key);
    case 'merge.diagnosed':
    case 'merge.validated': {
      const [first, ...others] = event.threads;
      return first === undefined || others.length === 0 ? first : ancestorId(first, 'batch');
    }
    case 'conflicts.foreseen':
    case 'integration.updated':
    case 'limit.changed':
    case 'plan.approved':
    case 'plan.revoked':
    case 'file.changed':
      return undefined;
    case 'budget.warned':
    case 'budget.reached':
    case 'budget.answered':
      return event.task;
    default:
      return 'attempt' in event ? event.attempt : 'thread' in event ? event.thread : event.task;
  }
}

/** Keys are `<attempt>/…`, `<run>/<thread>/merge` `<stage>/delivery/<n>` or `<stage>/review/<tip>/…`: the first part that is an id of the plan. */
function keySubject(key: string): string | undefined {
  const stage = /^(\d+)\/(?:delivery|review)\//.exec(key)?.[1];
  if (stage !== undefined) return stage;
  return key.split('/').find(part => /^\d+(?:\.\d+)+(?:#\d+)?$/.test(part));
}
