import type { WorkstreamSnapshot } from '../domain/tree/nodes';
import { readWorkstreamSnapshot } from '../runtime/model/readWorkstreamSnapshot';
import type { WorkFiles } from '../runtime/files/workFiles';
import { openStream } from './repository';
import type { Io, OptionValues } from './commandLine';

/** The workstream as its files and journal say, without a server and without watching. */
export async function readSnapshot(
  values: OptionValues,
  io: Io,
): Promise<{ readonly files: WorkFiles; readonly stream: WorkstreamSnapshot }> {
  const { files, stream } = await openStream(values, io);
  return { files, stream: await readWorkstreamSnapshot(files, stream.id) };
}
