import path from 'node:path';
import { count, oneLine, stripControl } from '../../common/text';
import { sourceKinds } from '../../domain/sources/importedPlan';
import { sourceChangeWords } from '../../domain/sources/sourceChanges';
import { problemLine } from '../../domain/sources/problemWords';
import { suggestName } from '../../domain/sources/suggestName';
import type { WorkFiles } from '../../runtime/files/workFiles';
import type { ImportPreview, PlanSources } from '../../runtime/sources/planSources';
import type { UpdatePreview } from '../../runtime/sources/sourceUpdates';
import { exitCodes, flag, stringOption, toJson, UsageError, type CliCommand, type Io, type OptionValues } from '../commandLine';
import { planSources } from '../planActions';
import { CliError, openFiles, openStream } from '../repository';

export const importCommand: CliCommand = {
  name: 'import',
  summary: 'Make a workstream of a plan that is there already: an OpenSpec change, task files, a database of issues, a list of tasks',
  usage: `import [<path>] [--kind <kind>] [--name <kebab-name>] [--agent <name>] [--again] [--dry-run] [--json]
       work import --update [--stream <id|name>] [--dry-run] [--json]
  <path>                   what is imported; without it, what could be is listed
  --kind <kind>            only plans of that kind: ${sourceKinds.join(', ')}
  --name, -n <kebab-name>  what the workstream is called, instead of what the plan is
  --agent <name>           the agent of work/agents.yaml that has the threads that name none; without it, "default"
  --again                  although it was imported before
  --update                 take up what changed where the plan came from; what was changed here stays`,
  options: {
    kind: { type: 'string' },
    name: { type: 'string', short: 'n' },
    agent: { type: 'string' },
    again: { type: 'boolean' },
    update: { type: 'boolean' },
    stream: { type: 'string', short: 's' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
    'repo-root': { type: 'string' },
  },
  positionals: true,
  async run(values, [wanted, ...others], io) {
    if (others.length > 0) throw new UsageError(`one path at a time, got also ${others.join(', ')}`);
    if (flag(values, 'update')) {
      if (wanted !== undefined) {
        throw new UsageError('--update takes up what changed where the plan came from: name the workstream with --stream');
      }
      if (stringOption(values, 'agent') !== undefined) {
        throw new UsageError('--update leaves threads to their agents; give one to another: work assign');
      }
      return update(values, io);
    }
    const kind = stringOption(values, 'kind');
    if (kind !== undefined && !sourceKinds.some(known => known === kind)) {
      throw new UsageError(`unknown kind "${kind}". Kinds: ${sourceKinds.join(', ')}`);
    }
    const files = await openFiles(values, io);
    const sources = planSources(files, io);
    if (wanted === undefined) return list(sources, kind, values, io);
    const place = await sources.locate(path.resolve(io.cwd, wanted), kind);
    const [before] = flag(values, 'again') || flag(values, 'dry-run') ? [] : await sources.importedFrom(place);
    if (before !== undefined) {
      throw new CliError(
        `${place.path} was imported already, as ${before}. Take up what changed in it: work import --update --stream ${before}\nOr import it once more: --again`,
      );
    }
    const agent = stringOption(values, 'agent');
    await sources.checkAgent(agent);
    const preview = await sources.adviseOn({ ...place, agent });
    for (const problem of preview.problems) io.err(`${problem.severity}: ${problemLine(problem)}\n`);
    if (!preview.plan || !preview.files) throw new CliError(`${preview.path} cannot be imported; nothing was written.`);
    const open = await sources.agentsToChoose(preview);
    if (open.length > 0) {
      const names = open.map(each => each.name).join(', ');
      io.err(`warning: nobody has these threads: there is no agent "default". Name one with --agent: ${names}\n`);
    }
    const name = stringOption(values, 'name') ?? suggestName(preview.plan, await takenNames(files));
    if (flag(values, 'dry-run')) return show(preview, name, values, io);
    const stream = await sources.import(preview, name);
    await files.setCurrentStream(stream.id);
    if (flag(values, 'json')) io.out(toJson({ stream: stream.id, ...facts(preview) }));
    else {
      io.out(
        `Imported ${preview.path} as ${stream.id}, the current workstream from now on: ${sizeOf(preview)}\n  ${stream.path}/PLAN.md\n`,
      );
      io.out(`Finished work is written back to ${preview.path} (work.sources.writeBack). Look at the plan: work tree\n`);
    }
    return exitCodes.done;
  },
};

/** Shows, or takes up, what changed in the source since it was imported. */
async function update(values: OptionValues, io: Io): Promise<number> {
  const { files, stream } = await openStream(values, io);
  const sources = planSources(files, io);
  const shown = await sources.previewUpdate(stream.id);
  for (const problem of shown.problems) io.err(`${problem.severity}: ${problemLine(problem)}\n`);
  const isDryRun = flag(values, 'dry-run');
  if (!isDryRun) await sources.update(shown);
  if (flag(values, 'json')) {
    io.out(toJson({ stream: stream.id, path: shown.record.path, written: !isDryRun, ...updateFacts(shown) }));
  } else if (shown.isEmpty) io.out(`${stream.id} has everything that ${shown.record.path} says.\n`);
  else if (isDryRun) io.out(`${updateWords(shown)}\nNothing was written.\n`);
  else io.out(`Brought ${stream.id} up to ${shown.record.path}:\n${changeLines(shown)}`);
  return exitCodes.done;
}

const updateFacts = ({ changes, prompts, diff }: UpdatePreview) => ({
  changes,
  prompts: prompts.map(({ thread, path: at, kind }) => ({ thread, path: at, kind })),
  diff,
});

function changeLines({ changes, prompts }: UpdatePreview): string {
  const edited = 'was edited by hand and stays; it does not say what changed. Write it anew: work prompt';
  return [
    ...changes.map(change => `  ${sourceChangeWords(change)}`),
    ...prompts.map(({ kind, path: at }) =>
      kind === 'rewritten' ? `  prompt     ${oneLine(at)} is written anew` : `  prompt     ${oneLine(at)} ${edited}`,
    ),
    '',
  ].join('\n');
}

function updateWords(shown: UpdatePreview): string {
  const { stream, record, diff } = shown;
  const head = `What ${stream} would take up of ${record.path}:\n${changeLines(shown)}`;
  const file = `work/${stream}/PLAN.md`;
  return diff === '' ? head : `${head}\n--- ${file}\n+++ ${file}, with what changed in ${record.path}\n${stripControl(diff)}`;
}

async function list(sources: PlanSources, kind: string | undefined, values: OptionValues, io: Io): Promise<number> {
  const found = (await sources.find()).filter(source => kind === undefined || source.kind === kind);
  if (flag(values, 'json')) io.out(toJson({ sources: found }));
  else if (found.length === 0) io.out('Nothing that can be imported was found in this repository.\n');
  else {
    for (const { kind: word, path: at, title, detail } of found) io.out(`${word.padEnd(10)}${oneLine(at)}  ${oneLine(title)}: ${detail}\n`);
  }
  return exitCodes.done;
}

function show(preview: ImportPreview, name: string, values: OptionValues, io: Io): number {
  const { text = '', tasks = [] } = preview.files ?? {};
  if (flag(values, 'json')) io.out(toJson({ name, ...facts(preview), plan: text, tasks }));
  else io.out(`${text}\n${sizeOf(preview)}. Would become the workstream "${name}"; nothing was written.\n`);
  return exitCodes.done;
}

const facts = ({ kind, path: at, problems, files }: ImportPreview) => ({
  kind,
  path: at,
  problems: problems.map(({ severity, message, at: place }) => ({ severity, message, ...place })),
  threads: files?.threadKeys ?? [],
});

function sizeOf({ plan, files }: ImportPreview): string {
  const threads = count(files?.threadKeys.length ?? 0, 'thread');
  return `${count(plan?.stages.length ?? 0, 'stage')}, ${threads}, ${count(files?.tasks.length ?? 0, 'task')}`;
}

async function takenNames(files: WorkFiles): Promise<readonly string[]> {
  const index = await files.readIndex();
  return index.kind === 'ok' ? index.value.streams.map(({ name }) => name) : [];
}
