import type { Repository } from '../runtime/repository';
import { readSettings } from '../runtime/settings/readSettings';
import type { Io, OptionValues } from './commandLine';
import { RunProgress } from './runProgress';
import { withRepository } from './withRepository';

/**
 * Lets the stage be reviewed that the person at the terminal has just brought to its gate, and prints what comes of it. An agent's
 * own report starts nothing: the run that it works in does, at its end.
 */
export async function reviewAtGate({ gateReview, runs }: Repository, stream: string, id: string, io: Io): Promise<void> {
  if (!(await gateReview.isDue(stream, id))) return;
  const progress = new RunProgress(runs.news, io);
  try {
    await gateReview.review(stream, id, io.signal);
  } finally {
    progress.dispose();
  }
}

/** The same for a command that needs no more of the repository than its files; nothing is opened where nobody is to review. */
export async function reviewIfWanted(root: string, stream: string, id: string, values: OptionValues, io: Io): Promise<void> {
  if (io.env.WORKSTREAM_ROLE === 'AGENT') return;
  const { settings } = await readSettings(root, { environment: io.env, flags: {}, trusted: true });
  if (settings.review.agent === undefined) return;
  await withRepository(root, values, io, repository => reviewAtGate(repository, stream, id, io));
}
