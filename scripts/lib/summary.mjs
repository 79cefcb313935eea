/** @typedef {Omit<import('./lane.mjs').Outcome, 'step'> & {step: {name: string}}} Line */

/**
 * The table at the end; seconds per step.
 * @param {readonly Line[]} outcomes
 */
export function table(outcomes) {
  const rows = outcomes.map(({ step, status, seconds, counts, why }) => [
    step.name,
    status,
    seconds.toFixed(1),
    ...(counts ? [counts.passed, counts.failed, counts.skipped] : ['', '', '']).map(String),
    why ?? '',
  ]);
  const all = [['step', 'result', 'seconds', 'passed', 'failed', 'skipped', ''], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map(row => row[column].length)));
  const isNumber = column => column >= 2 && column <= 5;
  return all
    .map(row =>
      row
        .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * A step that failed without a failed test (a compiler, a tier that died) counts as one failure: the line must never look green.
 * @param {readonly Line[]} outcomes
 * @returns {import('./lane.mjs').Counts}
 */
export function totals(outcomes) {
  const sum = key => outcomes.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
  const silent = outcomes.filter(({ status, counts }) => status === 'failed' && !counts?.failed).length;
  return { passed: sum('passed'), failed: sum('failed') + silent, skipped: sum('skipped') };
}

/** @param {readonly Line[]} outcomes of steps that ran one after the other */
export const secondsOf = outcomes => outcomes.reduce((sum, { seconds }) => sum + seconds, 0);

/**
 * A line for each lane, and one for all: a lane over its budget is a bug, but no failure, since it may be the machine that is slow.
 * @param {readonly {name: string, budget?: number, seconds: number}[]} lanes `budget` in minutes
 * @returns {string[]}
 */
export function budgets(lanes) {
  const width = Math.max(...lanes.map(({ name }) => name.length));
  return lanes.map(({ name, budget, seconds }) => {
    const minutes = seconds / 60;
    const took = `${name.padEnd(width)}  ${minutes.toFixed(1)} minutes`;
    if (budget === undefined) return took;
    return `${took} of ${budget}${minutes > budget ? ': OVER ITS BUDGET' : ''}`;
  });
}

const mostLines = 12;

/**
 * Every test that failed, under its step, with the first lines of why: the end of a run's output is all that some readers see.
 * @param {readonly Line[]} outcomes
 * @returns {string[]}
 */
export function failures(outcomes) {
  return outcomes.flatMap(({ step, counts }) =>
    (counts?.failures ?? []).flatMap(({ title, message }) => [
      `${step.name} failed: ${title}`,
      ...message
        .split('\n')
        .slice(0, mostLines)
        .map(line => `    ${line}`.trimEnd()),
    ]),
  );
}
