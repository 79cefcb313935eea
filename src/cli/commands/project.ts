import type { ProjectRegistry } from '../../runtime/projects/projectRegistry';
import { exitCodes, flag, stringOption, toJson, UsageError, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { openProjects } from '../openProjects';

const usage = 'project add <absolute folder> [--id <id>] [--name "…"] | remove <id> | select <id> | list [--json]';

export const projectCommand: CliCommand = {
  name: 'project',
  summary: 'Register other repositories: windows show and run them too, and the selected one is used outside of any repository',
  usage,
  options: { id: { type: 'string' }, name: { type: 'string' }, json: { type: 'boolean' } },
  positionals: true,
  async run(values, [what, argument, ...rest], io) {
    if (rest.length > 0) throw new UsageError(`too many words: ${rest.join(' ')}`);
    const registry = await openProjects(io);
    switch (what) {
      case 'add': {
        const rootDirectory = required(argument, 'work project add /absolute/path/of/a/repository');
        const added = await registry.add({ rootDirectory, id: stringOption(values, 'id'), name: stringOption(values, 'name') });
        io.out(`Project ${added.id}: ${added.rootDirectory}\n`);
        return exitCodes.done;
      }
      case 'remove': {
        const id = required(argument, 'work project remove my-project');
        await registry.remove(id);
        io.out(`Project ${id} is no longer registered. Its folder stays as it is.\n`);
        return exitCodes.done;
      }
      case 'select': {
        const selected = await registry.select(required(argument, 'work project select my-project'));
        io.out(`Active project: ${selected.id} (${selected.rootDirectory})\n`);
        return exitCodes.done;
      }
      case 'list':
        if (argument !== undefined) throw new UsageError(`too many words: ${argument}`);
        return list(registry, values, io);
      default:
        throw new UsageError('say what to do: add, remove, select or list');
    }
  },
};

function required(argument: string | undefined, example: string): string {
  if (argument === undefined || argument.trim() === '') throw new UsageError(`something is missing, e.g. ${example}`);
  return argument;
}

async function list(registry: ProjectRegistry, values: OptionValues, io: Io): Promise<number> {
  const { activeProjectId, projects } = await registry.read();
  if (flag(values, 'json')) {
    io.out(toJson({ activeProjectId, projects }));
    return exitCodes.done;
  }
  if (projects.length === 0) io.out('No project is registered. Register one with: work project add /absolute/path/of/a/repository\n');
  const width = Math.max(0, ...projects.map(({ id }) => id.length));
  for (const { id, rootDirectory } of projects) io.out(`${id === activeProjectId ? '*' : ' '} ${id.padEnd(width)}  ${rootDirectory}\n`);
  return exitCodes.done;
}
