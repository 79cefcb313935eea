import type { Reviews } from '../runtime/review/reviews';
import type { Io, OptionValues } from './commandLine';
import { CliError, openStream } from './repository';
import { withRepository } from './withRepository';

/** What people look at in a workstream; no server is started. @throws {CliError} for agents: the checkout is a person's. */
export async function withReviews<T>(values: OptionValues, io: Io, work: (reviews: Reviews, stream: string) => Promise<T>): Promise<T> {
  if (io.env.WORKSTREAM_ROLE === 'AGENT') throw new CliError('Only a person may change their checkout: agents work in worktrees.');
  const { files, stream } = await openStream(values, io);
  return withRepository(files.root, values, io, ({ reviews }) => work(reviews, stream.id));
}
