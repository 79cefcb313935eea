/** What a process was started with; absent values as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** They tie whoever inherits them to an outer session, an editor's window or a git hook. */
const outer: readonly RegExp[] = [
  /^OPENCODE_SERVER_/,
  /^OPENCODE(_WORKSPACE_ID|_CLIENT|_PID|_TERMINAL|_ROUTE)?$/,
  /^CLAUDECODE$/,
  /^VSCODE_/,
  /^ELECTRON_RUN_AS_NODE$/,
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR)$/,
  /^WORK_ATTEMPT$/,
  /^WORKSTREAM_ROLE$/,
  /^WORK_AGENT_MAIL_TOKEN$/, // a secret of the user's, not of agents
];

/**
 * The environment that our server is started with. Variables of an outer session are left out; so are opencode's own when
 * they are empty, because the server refuses an empty switch; so is a password prompt that belongs to the editor's window.
 */
export function serverEnvironment(base: Environment, additions: Environment): Record<string, string> {
  const editorAsks = base.VSCODE_GIT_ASKPASS_MAIN !== undefined;
  const kept = Object.entries(base).filter(([name, value]) => {
    const upper = name.toUpperCase(); // Windows does not tell cases apart
    if (outer.some(pattern => pattern.test(upper))) return false;
    if (editorAsks && upper === 'GIT_ASKPASS') return false;
    return !(upper.startsWith('OPENCODE_') && value === '');
  });
  const entries = [...kept, ...Object.entries(additions)];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
