import { oneLine } from '../../common/text';
import type { Translate } from '../../common/translate';
import type { Failing, Unreachable, WaitReason } from './schedule';

/** `waits for 01.01.02, 01.01.03`, `touches src/a.ts as 01.01.03 does`: what a row says of a thread that does not begin yet. */
export function waitWords(reasons: readonly WaitReason[], t: Translate): readonly string[] {
  const threads = reasons.flatMap(reason => (reason.kind === 'dependency' ? [reason.thread] : []));
  const shown = threads.length > most ? [...threads.slice(0, most), `+${threads.length - most}`] : threads;
  return [
    ...(shown.length > 0 ? [t('waits for {0}', shown.join(', '))] : []),
    ...reasons.flatMap(reason => {
      if (reason.kind === 'files') return [t('touches {0} as {1} does', reason.files.map(oneLine).join(', '), reason.thread)];
      return reason.kind === 'turn' ? [t('waits for its turn')] : [];
    }),
  ];
}

const most = 3;

const ends: Readonly<Record<Exclude<Failing, 'circle'>, string>> = {
  blocked: 'is blocked',
  failed: 'failed',
  interrupted: 'was cut off',
  stopped: 'was stopped',
  cancelled: 'is cancelled',
  outside: 'is not merged, and no part of this run',
};

/** Why a thread cannot begin in a run, as a sentence without a full stop. */
export function unreachableReason({ dependency, cause, how }: Omit<Unreachable, 'thread'>): string {
  if (how === 'circle') return `it waits in a circle, for ${dependency} first`;
  if (dependency === cause) return `it depends on ${dependency}, which ${ends[how]}`;
  return `it depends on ${dependency}, which cannot begin because ${cause} ${ends[how]}`;
}
