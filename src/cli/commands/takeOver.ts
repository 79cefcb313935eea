import { stripControl } from '../../common/text';
import { describeHolder } from '../../domain/run/driverHolder';
import { openRuntime, serverOptions } from '../cliRuntime';
import { exitCodes, streamOption, type CliCommand } from '../commandLine';
import { runBatch } from '../runBatch';
import { readDriver, readSnapshot } from '../snapshot';

export const takeOverCommand: CliCommand = {
  name: 'take-over',
  summary: 'Go on here with the batch that another program runs; that program does nothing more, even if it is only suspended',
  usage: 'take-over [--port <n>] [--no-server]',
  options: { ...streamOption, ...serverOptions },
  async run(values, _positionals, io) {
    const { files, stream } = await readSnapshot(values, io);
    const driver = await readDriver(files);
    if (!driver) {
      io.out('No program runs batches of this repository: there is nothing to take over.\n');
      return exitCodes.done;
    }
    io.out(stripControl(`Taking over from ${describeHolder(driver.holder)}.\n`));
    const batch = stream.stages.flatMap(stage => stage.batches).find(({ running }) => running);
    if (batch) {
      const request = { root: files.root, stream: stream.id, batch: batch.id, dryRun: false, ignoreGate: false, takeOver: true };
      return runBatch(request, values, io);
    }
    const { runtime } = await openRuntime(files.root, values, io);
    try {
      await runtime.repository(files.root).runs.takeOver();
    } finally {
      runtime.dispose();
    }
    io.out(`No batch of ${stream.id} was running; it can be run here now.\n`);
    return exitCodes.done;
  },
};
