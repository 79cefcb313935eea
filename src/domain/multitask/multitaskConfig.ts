import type { SourcePlace, SourceProblem } from '../sources/importedPlan';

/** One piece of work of a multitask config: an issue, the branch that its agent commits on, and what is to be done. */
export type MultitaskEntry = {
  /** At least 1, unique in its config. */
  readonly issue: number;
  /** A branch's short name, unique in its config. */
  readonly branch: string;
  readonly task: string;
  /** `Issue #N` where the config has none. */
  readonly description: string;
  /** Undefined stands for the run's own recipe. */
  readonly recipe: string | undefined;
  readonly at: SourcePlace;
};

/** With any error there are no entries: a config is run whole or not at all. */
export type MultitaskReading = { readonly entries: readonly MultitaskEntry[]; readonly problems: readonly SourceProblem[] };

/** Of an entry that names no recipe, in a run that names none. */
export const defaultRecipe = 'default-workflow';

export const describedBy = (issue: number) => `Issue #${issue}`;

/** What is wrong with a branch's name, by the rules of `git check-ref-format`; undefined when nothing is. */
export function branchProblem(branch: string): string | undefined {
  if (/[\x00-\x20\x7f~^:?*[\\]/.test(branch)) return 'it has a space or one of ~ ^ : ? * [ \\ in it';
  if (branch.includes('..') || branch.includes('@{') || branch.includes('//')) return 'it has "..", "@{" or "//" in it';
  if (branch.startsWith('-') || branch === '@' || branch === 'HEAD') return 'git would not take it for a name';
  if (/(^|\/)\.|\.lock(\/|$)|^\/|\/$|\.$/.test(branch)) {
    return 'no part of it may begin with "." or end with ".lock", and it may not begin or end with "/" or end with "."';
  }
  return undefined;
}

/** What several entries share that only one may have. The later one is where the problem stands. */
export function sharedThings(entries: readonly MultitaskEntry[]): readonly SourceProblem[] {
  const issues = new Map<number, number>();
  const branches = new Map<string, number>();
  const problems: SourceProblem[] = [];
  for (const { issue, branch, at } of entries) {
    const sameIssue = issues.get(issue);
    if (sameIssue !== undefined) {
      problems.push({ severity: 'error', message: `Issue ${issue} is there twice, in ${linesOf(sameIssue, at.line)}.`, at });
    } else issues.set(issue, at.line);
    const sameBranch = branches.get(branch);
    if (sameBranch !== undefined) {
      const message = `Branch ${branch} is there twice, in ${linesOf(sameBranch, at.line)}: two agents cannot commit on one branch.`;
      problems.push({ severity: 'error', message, at });
    } else branches.set(branch, at.line);
  }
  return problems;
}

const linesOf = (first: number, second: number) => (first === second ? `line ${first}` : `lines ${first} and ${second}`);

export function withoutErrors(entries: readonly MultitaskEntry[], problems: readonly SourceProblem[]): MultitaskReading {
  return problems.some(({ severity }) => severity === 'error') ? { entries: [], problems } : { entries, problems };
}
