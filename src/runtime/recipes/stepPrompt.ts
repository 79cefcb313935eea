import { stripControl } from '../../common/text';

export type StepToTell = {
  /** With its variables filled in. */
  readonly text: string;
  readonly task: string;
  /** Absolute. */
  readonly worktree: string;
  readonly branch: string;
  /** The agent knows nothing yet of where it works. */
  readonly isFirst: boolean;
};

/** What an agent is told for one step of a recipe. The task's id is the last id in it. */
export function stepPrompt({ text, task, worktree, branch, isFirst }: StepToTell): string {
  const place = [
    `You work in ${worktree} on branch ${branch}. What you leave there is committed on that branch; push nothing and switch to no other branch.`,
    'You are told the steps of a recipe one after the other. Do each one and nothing more; your last words are what the steps after it are given.',
    `If something keeps you from going on, report task ${task} as \`blocked\` with the tool \`work_task_report\` and say what.`,
  ];
  return [stripControl(text).trimEnd(), ...(isFirst ? ['---', ...place] : ['---', `This is the next step of task ${task}.`])].join('\n\n');
}
