import path from 'node:path';
import { isStateFile } from '../files/stateFiles';

/** Absolute paths without symbolic links in them. */
export type WriteAttempt = {
  readonly worktree: string;
  readonly target: string;
  /** As the agent wrote it, for the sentence. */
  readonly shown: string;
  readonly flavour?: path.PlatformPath;
};

/** Why an agent may not write a file, as a sentence for the model; undefined when it may. */
export function guardWrite({ worktree, target, shown, flavour = path }: WriteAttempt): string | undefined {
  const relative = flavour.relative(worktree, target);
  const segments = relative.split(flavour.sep);
  if (segments.at(-1) === 'COMPLETION.md') {
    return `${shown} was not written: do NOT create COMPLETION.md. It is made from the tasks' reports when everything is done; put what you have to say into your report.`;
  }
  if (relative === '' || segments[0] === '..' || flavour.isAbsolute(relative)) {
    return `${shown} was not written: it is outside of your worktree. Write only below ${worktree}.`;
  }
  if (segments[0] === '.git') return `${shown} was not written: what is inside .git belongs to git. Use git's commands.`;
  if (isStateFile(segments.join('/'))) {
    return `${shown} was not written: it keeps the state of the plan, which agents do not edit. Report with work_task_report instead.`;
  }
  return undefined;
}
