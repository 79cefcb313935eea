import type { WorkstreamSnapshot } from '../domain/tree/nodes';
import type { ReadDriver } from '../runtime/model/driverPresence';
import { readWorkstreamSnapshot } from '../runtime/model/readWorkstreamSnapshot';
import type { WorkFiles } from '../runtime/files/workFiles';
import { Git } from '../runtime/git/git';
import { driverReader } from '../runtime/readDriver';
import { openStream } from './repository';
import type { Io, OptionValues } from './commandLine';

/** The workstream as its files and journal say, without a server and without watching. */
export async function readSnapshot(
  values: OptionValues,
  io: Io,
): Promise<{ readonly files: WorkFiles; readonly stream: WorkstreamSnapshot }> {
  const { files, stream } = await openStream(values, io);
  return { files, stream: await lookAt(files, stream.id) };
}

/** The same for a workstream, or the current one. */
export function lookAt(files: WorkFiles, streamId: string | undefined): Promise<WorkstreamSnapshot> {
  return readWorkstreamSnapshot(files, streamId, { readDriver: () => readDriver(files) });
}

/** Who drives the repository now, if anybody does. */
export function readDriver(files: WorkFiles): ReturnType<ReadDriver> {
  return driverReader(() => new Git(files.root).commonDir())();
}
