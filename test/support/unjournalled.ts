import type { EffectKind, JournalEvent } from '../../src/domain/journal/events';
import type { Logged, Mutation } from './mutationLog';

type Intent = Extract<JournalEvent, { readonly kind: 'effect.intended' }>;

/** Calls that need no intent, each with the reason. */
const exceptions: readonly { readonly why: string; readonly is: (mutation: Mutation, later: readonly JournalEvent[]) => boolean }[] = [
  {
    why: 'the integration branch is made or brought forward by compare-and-swap, which may be done again; the next line tells it',
    is: (mutation, later) =>
      isGit(mutation, 'update-ref') &&
      later[0]?.kind === 'integration.updated' &&
      mutation.args.includes(`refs/heads/${later[0].branch}`) &&
      mutation.args.includes(later[0].after),
  },
  {
    why: 'a lock says who works in a worktree; it may be set and taken away again and changes nothing in it',
    is: mutation => isGit(mutation, 'worktree') && ['lock', 'unlock'].includes(mutation.args[0] ?? ''),
  },
  {
    why: 'with an index of its own, git writes objects that nothing refers to',
    is: mutation => isGit(mutation, 'add', 'read-tree', 'update-index') && mutation.index !== '',
  },
  {
    why: 'a commit that no ref names is an object and no more',
    is: mutation => isGit(mutation, 'commit-tree'),
  },
  {
    why: 'the server lets go of what it keeps in memory for a folder',
    is: mutation => mutation.by === 'http' && mutation.path === '/instance/dispose',
  },
];

/** Which effects may make a call, and what the intent must hold for the call to be its. */
const owners: readonly { readonly is: (mutation: Mutation) => boolean; readonly kinds: readonly EffectKind[] }[] = [
  { is: mutation => isGit(mutation, 'worktree') && mutation.args[0] === 'add', kinds: ['worktree', 'setup', 'merge'] },
  { is: mutation => isGit(mutation, 'worktree') && mutation.args[0] === 'remove', kinds: ['worktree', 'setup', 'merge', 'removal'] },
  { is: mutation => isGit(mutation, 'worktree'), kinds: ['worktree', 'removal'] },
  { is: mutation => isGit(mutation, 'add', 'commit', 'reset', 'rm', 'update-index'), kinds: ['commit'] },
  { is: mutation => isGit(mutation, 'read-tree', 'update-ref'), kinds: ['merge', 'snapshot', 'removal'] },
  { is: mutation => isGit(mutation, 'checkout', 'clean'), kinds: ['merge'] },
  { is: mutation => isGit(mutation, 'branch'), kinds: ['removal', 'worktree'] },
  { is: mutation => isHttp(mutation, /^\/session$/), kinds: ['session'] },
  { is: mutation => isHttp(mutation, /^\/session\/[^/]+\/(prompt_async|message)$/), kinds: ['prompt'] },
];

/** The calls that do not lie between the intent and the end of an effect that may make them, as sentences. */
export function unjournalled(log: readonly Logged[]): readonly string[] {
  const wrong: string[] = [];
  const open = new Map<string, Intent>();
  const ownersOf = new Map<string, readonly string[]>();
  log.forEach((logged, index) => {
    if (logged.kind === 'line') {
      const { event } = logged;
      if (event.kind === 'effect.intended') open.set(event.key, event);
      if (event.kind === 'effect.done' || event.kind === 'effect.failed') open.delete(event.key);
    } else if (logged.kind === 'begin') {
      const later = log.slice(index).flatMap(other => (other.kind === 'line' ? [other.event] : []));
      if (exceptions.some(({ is }) => is(logged.mutation, later))) return;
      const found = [...open.values()].filter(intent => isOwner(intent, logged.mutation)).map(({ key }) => key);
      if (found.length === 0) wrong.push(`no effect is intended for ${JSON.stringify(logged.mutation)}`);
      else ownersOf.set(logged.id, found);
    } else if (ownersOf.get(logged.id)?.every(key => !open.has(key))) {
      wrong.push(`its effect was said to be done before the end of ${JSON.stringify(logged.mutation)}`);
    }
  });
  return wrong;
}

function isOwner({ effect, intent }: Intent, mutation: Mutation): boolean {
  const owner = owners.find(({ is }) => is(mutation));
  if (!owner?.kinds.includes(effect)) return false;
  const told = mutation.by === 'git' ? [mutation.cwd, ...mutation.args] : [mutation.directory, ...mutation.path.split('/')];
  const names = typeof intent === 'object' && intent !== null && !Array.isArray(intent) ? intent : {};
  switch (effect) {
    case 'merge': // one at a time, in a worktree of its own
      return true;
    case 'prompt':
      return typeof names.session === 'string' && told.includes(names.session);
    case 'session':
      return typeof names.directory === 'string' && told.includes(names.directory);
    default:
      return [names.path, names.worktree].some(place => typeof place === 'string' && told.includes(place)) || effect === 'removal';
  }
}

const isGit = (mutation: Mutation, ...commands: readonly string[]): mutation is Extract<Mutation, { by: 'git' }> =>
  mutation.by === 'git' && commands.includes(mutation.command);
const isHttp = (mutation: Mutation, where: RegExp) => mutation.by === 'http' && mutation.method === 'POST' && where.test(mutation.path);
