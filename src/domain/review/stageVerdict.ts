import { stripControl, truncate } from '../../common/text';

/** What a reviewing agent may say of a stage; `none`: it said neither in the words it was asked for. */
export const verdicts = ['approve', 'changes', 'none'] as const;
export type Verdict = (typeof verdicts)[number];

/** What an agent said of a stage's work as it stands on the integration branch at `tip`. */
export type StageReview = {
  readonly stage: string;
  readonly tip: string;
  readonly agent: string;
  readonly verdict: Verdict;
  /** What it said beside the verdict. */
  readonly text: string;
  /** ISO time. */
  readonly at: string;
};

const longestText = 8000;
const verdictLine = /^Verdict: (approve|changes)$/;
/** Whatever could be meant as a verdict: more than one such line contradict each other, or quote somebody. */
const likeVerdict = /^[\s>*_#`-]*verdict\b/i;

/**
 * Reads an agent's last words: its last line is exactly `Verdict: approve` or `Verdict: changes`, and no other line looks like a
 * verdict. Everything else is `none`, so that nothing but the exact words approves.
 */
export function parseVerdict(said: string): { readonly verdict: Verdict; readonly text: string } {
  const lines = said.trimEnd().split(/\r?\n/);
  const last = verdictLine.exec(lines.at(-1) ?? '')?.[1];
  const isClear = lines.filter(line => likeVerdict.test(line)).length === 1;
  const verdict = isClear && (last === 'approve' || last === 'changes') ? last : 'none';
  const text = verdict === 'none' ? said : lines.slice(0, -1).join('\n');
  return { verdict, text: truncate(stripControl(text).trim(), longestText) };
}

/** The review of a stage that holds for its work as it is now. */
export function reviewOf(stage: string, reviews: readonly StageReview[]): StageReview | undefined {
  return reviews.findLast(review => review.stage === stage);
}

const sentences: Readonly<Record<Verdict, string>> = { approve: 'approve', changes: 'changes wanted', none: 'no verdict' };

/** The verdict in two words, as reports and the command line say it. */
export const verdictWords = (verdict: Verdict) => sentences[verdict];
