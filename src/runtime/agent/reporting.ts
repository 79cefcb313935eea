import { oneLine } from '../../common/text';

/** How an agent leaves its report: by the task tools of the server's plugin, or by the command line where there is no plugin. */
export type Reporting =
  | { readonly kind: 'tools' }
  | {
      readonly kind: 'command';
      /** The main checkout and its workstream: from inside a worktree they would not be found. */
      readonly root: string;
      readonly stream: string;
      /** Absolute path of the `work` command; found on PATH when absent. */
      readonly command?: string | undefined;
    };

/** The paragraph that says how to report. The task's id is the last id in it. */
export function reportingLines(taskId: string, reporting: Reporting): string {
  const style = 'One or two sentences: which files or dependencies changed, and any decision or deviation worth knowing.';
  if (reporting.kind === 'tools') {
    return [
      `Report with the tool \`work_task_report\`: \`status\` is \`completed\`, or \`blocked\` if you cannot finish, and \`report\` says what you did or what is missing. ${style} A task without a report counts as blocked.`,
      `Your task is ${taskId}.`,
    ].join('\n');
  }
  const { root, stream, command = 'work' } = reporting;
  const words = [command, 'update', '--repo-root', root, '--stream', stream, '--task', taskId, '--status', 'completed', '--report'];
  return [
    `Report with this command (\`--status blocked\` if you cannot finish, with what is missing as the report). ${style} A task without a report counts as blocked.`,
    `    ${words.map(quoteWord).join(' ')} "…"`,
    `Your task is ${taskId}.`,
  ].join('\n\n');
}

/** One word of a command line that the agent types: as it is, or in quotes that neither sh nor PowerShell looks into. */
export function quoteWord(word: string): string {
  const clean = oneLine(word);
  return /^[\w./:\\@%+=,-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", `'"'"'`)}'`;
}
