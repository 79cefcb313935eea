/**
 * Settings of every call. Hooks of people run where people ask for them; nothing may prompt for a signature, rewrite a conflict from memory, or start work
 * in the background. Objects and refs reach the disk before a command says it is done.
 */
export const fixedSettings: readonly string[] = [
  'core.hooksPath=/dev/null', // on Windows too: there it names a folder that does not exist
  'core.fsmonitor=false', // may name a program, and a daemon would keep a worktree's folder busy
  'core.longpaths=true',
  'core.quotepath=false',
  'core.fsync=committed,loose-object,reference',
  'commit.gpgsign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'rerere.enabled=false',
];

const ownVariables = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };

const foreign = /^(?:GIT_.*|EDITOR|VISUAL|PAGER|PREFIX|SSH_ASKPASS|LANG|LANGUAGE|LC_.*)$/i;

/** The given environment without whatever could lead git to another repository, another language or a prompt. */
export function gitEnvironment(base: NodeJS.ProcessEnv): Record<string, string> {
  return { ...pick(base, name => !foreign.test(name)), ...ownVariables };
}

const location = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|ALTERNATE_OBJECT_DIRECTORIES)$/i;

/** The given environment without the variables that would make a user's own git look at another repository than the one it stands in. */
export function withoutGitLocation(base: NodeJS.ProcessEnv): Record<string, string> {
  return pick(base, name => !location.test(name));
}

function pick(base: NodeJS.ProcessEnv, isKept: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(base).flatMap(([name, value]) => (value !== undefined && isKept(name) ? [[name, value]] : [])));
}
