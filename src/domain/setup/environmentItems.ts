import { formatDuration } from '../../common/duration';
import { formatSize } from '../../common/size';
import type { Translate } from '../../common/translate';
import { describeHolder } from '../run/driverHolder';
import type { SetupFacts } from './setupFacts';
import type { SetupItem } from './setupReport';

const gigabyte = 1024 ** 3;
/** Below these bytes worktrees may not fit. */
const scarce = 2 * gigabyte;
const tooLittle = gigabyte / 10;
/** A lock that nobody refreshed for this long (milliseconds) is taken for left behind, by every tool of the family. */
const abandonedAfter = 10_000;

type EnvironmentItem = 'git' | 'identity' | 'work' | 'disk' | 'excluded' | 'driver' | 'locks' | 'versions';

/** What the machine and the repository must have. */
export function environmentItems(facts: SetupFacts, t: Translate): Readonly<Record<EnvironmentItem, SetupItem>> {
  return {
    git: gitItem(facts, t),
    identity: identityItem(facts, t),
    work: workItem(facts, t),
    disk: diskItem(facts, t),
    excluded: excludedItem(facts, t),
    driver: driverItem(facts, t),
    locks: locksItem(facts, t),
    versions: versionsItem(facts, t),
  };
}

function gitItem({ git }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'git', name: 'git', need: t('Worktrees, and merges without a working tree.'), isNeeded: true };
  const fix = t('Install git 2.38 or newer and put it on PATH.');
  if (git.kind === 'unknown') return { ...item, state: 'unknown', detail: git.why, fix };
  if (git.kind === 'absent') return { ...item, state: 'missing', detail: git.why ?? t('not found'), fix };
  const { version, isNewEnough } = git.value;
  if (isNewEnough) return { ...item, state: 'ok', detail: version };
  return { ...item, state: 'missing', detail: t('{0} is too old', version), fix };
}

function identityItem({ identity }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'identity', name: t('committer identity'), need: t('Commits of agents’ work and merges.'), isNeeded: true };
  if (identity.kind === 'found') return { ...item, state: 'ok', detail: identity.value };
  const fix = t('Set it: git config --global user.name "…" and git config --global user.email "…".');
  if (identity.kind === 'unknown') return { ...item, state: 'unknown', detail: identity.why, fix };
  return { ...item, state: 'missing', detail: t('git does not know who you are'), fix };
}

/** Of what could not be looked at: its reason says more. */
const lookAgain = (t: Translate) => t('Put right what is said there, or look again: it may only have taken too long.');

function workItem({ work }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'work', name: 'work/', need: t('Plans and the states of their tasks.'), isNeeded: true };
  if (work.kind === 'unknown') return { ...item, state: 'unknown', detail: work.why, fix: lookAgain(t) };
  if (work.kind === 'absent') {
    const fix = t('Create a workstream: work create --name my-feature.');
    return { ...item, isNeeded: false, state: 'missing', detail: t('there is no plan here yet'), fix };
  }
  const { folder, writable } = work.value;
  if (writable) return { ...item, state: 'ok', detail: folder };
  return { ...item, state: 'missing', detail: t('{0} cannot be written', folder), fix: t('Give yourself the right to write there.') };
}

function diskItem({ disk }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'disk', name: t('disk space'), need: t('Every task has a worktree of its own.'), isNeeded: true };
  if (disk.kind !== 'found') return { ...item, state: 'unknown', detail: disk.why ?? t('unknown'), fix: lookAgain(t) };
  const { folder, free } = disk.value;
  const detail = t('{0} free for {1}', formatSize(free), folder);
  if (free >= scarce) return { ...item, state: 'ok', detail };
  const fix = t('Make room, for example with Work: Clean Merged Worktrees, or set work.worktrees.directory to another disk.');
  return { ...item, state: free < tooLittle ? 'missing' : 'warning', detail, fix, action: 'cleanMerged' };
}

function excludedItem({ excluded }: SetupFacts, t: Translate): SetupItem {
  const item = {
    id: 'excluded',
    name: t('worktrees hidden'),
    need: t('git does not offer worktrees as untracked files.'),
    isNeeded: false,
  };
  if (excluded.kind === 'unknown') return { ...item, state: 'unknown', detail: excluded.why, fix: lookAgain(t) };
  if (excluded.kind === 'absent') return { ...item, state: 'ok', detail: t('they lie outside the repository') };
  if (excluded.value) return { ...item, state: 'ok', detail: t('git is told to leave them alone') };
  const fix = t('Nothing to do: the first run adds the line to .git/info/exclude.');
  return { ...item, state: 'warning', detail: t('git was not told yet'), fix };
}

function driverItem({ driver }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'driver', name: t('driver'), need: t('One program at a time runs batches of a repository.'), isNeeded: false };
  if (driver.kind === 'unknown') return { ...item, state: 'unknown', detail: driver.why, fix: lookAgain(t) };
  if (driver.kind === 'absent') return { ...item, state: 'ok', detail: t('nobody runs batches here') };
  const fix = t('Watch it, stop it there, or go on here with Work: Take Over (work take-over).');
  return { ...item, state: 'warning', detail: describeHolder(driver.value), fix, action: 'takeOver' };
}

function locksItem({ locks }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'locks', name: t('file locks'), need: t('Programs do not overwrite each other’s states.'), isNeeded: false };
  if (locks.kind !== 'found') return { ...item, state: 'unknown', detail: locks.why ?? t('unknown'), fix: lookAgain(t) };
  const held = locks.value;
  if (held.length === 0) return { ...item, state: 'ok', detail: t('none is held') };
  const detail = held.map(({ path, age }) => t('{0} (last touched {1} ago)', path, formatDuration(age))).join(', ');
  const left = held.filter(({ age }) => age > abandonedAfter);
  const fix =
    left.length === 0
      ? t('Wait a moment: the program that holds it is at work.')
      : t('Left behind by a program that ended. If none is running, delete {0}.', left.map(({ path }) => path).join(', '));
  return { ...item, state: 'warning', detail, fix };
}

function versionsItem({ node, editor }: SetupFacts, t: Translate): SetupItem {
  const detail = editor === undefined ? `Node ${node}` : `${editor}, Node ${node}`;
  return { id: 'versions', name: t('versions'), need: t('To tell with a report of a fault.'), isNeeded: false, state: 'ok', detail };
}
