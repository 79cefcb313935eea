import { codeBlock, oneLine, stripControl, truncate } from '../../common/text';

/** A thread of the same workstream whose work is merged already. */
export type OtherSide = { readonly thread: string; readonly name: string; readonly reports: readonly string[] };

/** Why a thread's work could not be merged into `branch`. */
export type MergeProblem =
  | {
      readonly kind: 'conflict';
      readonly branch: string;
      /** Changed by both sides. */
      readonly files: readonly string[];
      /** Who changed them on the other side, as far as it is known. */
      readonly others: readonly OtherSide[];
    }
  | {
      readonly kind: 'red';
      readonly branch: string;
      /** How the command ended, in words that name it. */
      readonly end: string;
      /** The end of its output. */
      readonly tail: string;
    };

/** What the agent is to do about it, with what the other side meant. */
export function mergeWork(problem: MergeProblem | undefined): string | undefined {
  switch (problem?.kind) {
    case undefined:
      return undefined;
    case 'conflict':
      return conflictWork(problem);
    case 'red':
      return redWork(problem);
  }
}

function conflictWork({ branch, files, others }: MergeProblem & { readonly kind: 'conflict' }): string {
  const list = files.map(file => `- \`${oneLine(file)}\``).join('\n');
  const meant = others.map(({ thread, name, reports }) => {
    const said = reports.map(report => truncate(oneLine(report), 600)).join(' ');
    return `- Thread ${thread} "${truncate(oneLine(name), 200)}"${said === '' ? '' : `: ${said}`}`;
  });
  return [
    `The work of this thread could not be merged into \`${oneLine(branch)}\`: both sides changed these files.`,
    list,
    ...(meant.length === 0 ? [] : ['The other side is the work of these threads, in their words:', meant.join('\n')]),
    `Merge \`${oneLine(branch)}\` into your branch (\`git merge\`), keep what both sides meant, run the tests and commit the merge.`,
  ].join('\n\n');
}

function redWork({ branch, end, tail }: MergeProblem & { readonly kind: 'red' }): string {
  const text = stripControl(tail).trim();
  return [
    `The work of this thread was merged into \`${oneLine(branch)}\` on trial, and the project's own checks did not pass there: ${oneLine(end)}.`,
    ...(text === '' ? [] : ['The end of its output:', codeBlock(text)]),
    `Merge \`${oneLine(branch)}\` into your branch (\`git merge\`), so that you have the tree that was checked in front of you. Run the command, repair what is wrong and commit it.`,
  ].join('\n\n');
}
