/** @typedef {Omit<import('./lane.mjs').Outcome, 'step'> & {step: {name: string}}} Line */

/**
 * The table at the end; seconds per step, so that a lane over its budget is seen.
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
