/** A batch that a driver began and did not finish, and that nobody drives now. */
export type RecoverableRun = {
  readonly stream: string;
  readonly run: string;
  readonly batch: string;
  /** ISO time. */
  readonly startedAt: string;
  /** The tasks that were being worked on. */
  readonly tasks: readonly string[];
};
