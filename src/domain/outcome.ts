/** How an attempt or a thread ended, decided by evidence: git, session, report. */
export const outcomes = ['completed', 'blocked', 'failed', 'interrupted', 'cancelled'] as const;
export type Outcome = (typeof outcomes)[number];
