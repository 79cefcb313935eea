import { drawTree } from '../../domain/tree/treeDrawing';
import { treeJson } from '../../domain/tree/treeJson';
import { exitCodes, flag, streamOption, toJson, type CliCommand } from '../commandLine';
import { readSnapshot } from '../snapshot';

export const treeCommand: CliCommand = {
  name: 'tree',
  summary: 'Draw a workstream: stages, batches, threads and tasks with their states',
  usage: 'tree [--json]',
  options: { ...streamOption, json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { stream } = await readSnapshot(values, io);
    io.out(flag(values, 'json') ? toJson(treeJson(stream)) : drawTree(stream));
    return exitCodes.done;
  },
};
