import { count, oneLine, truncate } from '../../common/text';
import type { Translate } from '../../common/translate';
import { untranslated } from '../../common/translate';
import { waitWords } from '../graph/waitWords';
import type { Choice, Chosen, Hindrance } from './chooseReady';

const mostFiles = 3;

/** `starts a chain of 3 open tasks · src/a.ts, src/b.ts`: why a thread is proposed. */
export function chosenWords({ work, files, declared }: Chosen, t: Translate): string {
  const behind = work === 1 ? t('1 open task') : t('starts a chain of {0} open tasks', work);
  if (files.length === 0) return `${behind} · ${t('declares no files')}`;
  const named = namedFiles(files);
  return `${behind} · ${declared ? named : t('mentions {0}', named)}`;
}

/** Why a thread is not proposed, in a few words. */
export function hindranceWords(why: Hindrance, t: Translate): string {
  switch (why.kind) {
    case 'files': {
      const files = namedFiles(why.files);
      return why.certain ? t('touches {0} as {1} does', files, why.thread) : t('may touch {0} as {1} does', files, why.thread);
    }
    case 'reserved': {
      const files = namedFiles(why.files);
      const [thread, stream] = [why.thread, oneLine(why.stream)];
      return why.certain
        ? t('waits for thread {1} of workstream {2}, which has {0} reserved', files, thread, stream)
        : t('may touch {0}, which thread {1} of workstream {2} has reserved', files, thread, stream);
    }
    case 'limit':
      return t('could begin too, but {0} are proposed at a time', why.max);
    case 'blocked':
      return why.reason === undefined ? t('is blocked') : t('is blocked: {0}', truncate(oneLine(why.reason), 120));
    case 'waits':
      return waitWords(why.waits, t).join(', ') || t('cannot begin yet');
    case 'gated':
      return t('the stage before is not approved');
    case 'running':
      return t('is running');
  }
}

/** The proposal as lines for a terminal: what begins together and why, then the others and why not. */
export function choiceLines({ chosen, others }: Choice): readonly string[] {
  const t = untranslated;
  const rows = [
    ...chosen.map(each => ['run', each.thread.id, oneLine(each.thread.name), chosenWords(each, t)]),
    ...others.map(({ thread, why }) => ['not', thread.id, oneLine(thread.name), hindranceWords(why, t)]),
  ];
  if (rows.length === 0) return ['Nothing is ready: every thread is done.'];
  const width = (column: number) => Math.max(...rows.map(row => (row[column] ?? '').length));
  const [ids, names] = [width(1), Math.min(width(2), 50)];
  const line = ([kind, id = '', name = '', why = '']: readonly string[]) =>
    `${kind === 'run' ? '  ✓' : '  −'} ${id.padEnd(ids)}  ${truncate(name, 50).padEnd(names)}  ${why}`;
  const of = (kind: string) => rows.filter(row => row[0] === kind).map(line);
  return [
    chosen.length === 0 ? 'Nothing can begin now.' : `Ready to run together (${count(chosen.length, 'thread')}):`,
    ...of('run'),
    ...(others.length > 0 ? ['Not now:', ...of('not')] : []),
  ];
}

/** What `work ready --json` prints, for other programs: a published shape, to be added to but not changed. */
export function choiceJson({ stage, chosen, others }: Choice): unknown {
  return {
    stage: stage ?? null,
    chosen: chosen.map(each => ({
      id: each.thread.id,
      name: each.thread.name,
      work: each.work,
      files: each.files,
      declared: each.declared,
      why: chosenWords(each, untranslated),
    })),
    notChosen: others.map(({ thread, why, canBegin }) => ({
      id: thread.id,
      name: thread.name,
      reason: why.kind,
      canBegin,
      why: hindranceWords(why, untranslated),
    })),
  };
}

function namedFiles(files: readonly string[]): string {
  const shown = files.slice(0, mostFiles).map(oneLine).join(', ');
  return files.length > mostFiles ? `${shown} +${files.length - mostFiles}` : shown;
}
