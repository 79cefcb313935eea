import { oneLine } from '../../common/text';
import { untranslated } from '../../common/translate';
import type { StageNode, ThreadNode, WorkstreamSnapshot } from '../tree/nodes';
import { dependenciesAmong, dependenciesOf, type Dependencies } from './dependencies';
import { criticalPath, graphOrder } from './graphOrder';
import { plannedThreads, readiness, type ThreadReadiness } from './readiness';
import { waitWords } from './waitWords';

/**
 * Who waits for whom in a workstream, as Markdown: for each stage its levels, its longest chain, and a picture (Mermaid). As things
 * stand now; what is marked `*` is no word of the plan: a thread that says nothing waits for the batch before its own.
 */
export function dependencyText(stream: Pick<WorkstreamSnapshot, 'title' | 'stages'>): string {
  const dependencies = dependenciesOf(stream.stages);
  const states = new Map(readiness(stream.stages).map(each => [each.thread.id, each]));
  const stages = stream.stages.filter(stage => plannedThreads([stage]).length > 0);
  const parts = stages.flatMap(stage => stageLines(stage, dependencies, states));
  return `${[`# Dependencies: ${oneLine(stream.title)}`, '', ...(parts.length > 0 ? parts : ['The plan has no threads yet.'])].join('\n')}\n`;
}

function stageLines(stage: StageNode, all: Dependencies, states: ReadonlyMap<string, ThreadReadiness>): readonly string[] {
  const threads = plannedThreads([stage]);
  const own = dependenciesAmong(all, new Set(threads.map(({ id }) => id)));
  const { levels, circles } = graphOrder(own);
  const levelOf = ({ id }: ThreadNode) => levels.get(id) ?? -1;
  const present = [...new Set(threads.map(levelOf))].sort((left, right) => left - right);
  const path = criticalPath(own, id => Math.max(1, threads.find(thread => thread.id === id)?.tasks.length ?? 1));
  return [
    `## Stage ${stage.id}: ${oneLine(stage.name)}`,
    '',
    `Longest chain: ${path.length === 0 ? 'none' : path.join(' → ')}`,
    ...circles.map(circle => `Waits in a circle: ${circle.join(' → ')}`),
    '',
    ...present.flatMap(level => [
      level < 0 ? '### Cannot begin' : `### Level ${level + 1}`,
      '',
      ...threads.filter(thread => levelOf(thread) === level).map(thread => threadLine(thread, all, states.get(thread.id))),
      '',
    ]),
    '```mermaid',
    'graph LR',
    ...threads.map(({ id, name }) => `  ${nodeOf(id)}["${id} ${picturable(name)}"]`),
    ...[...own].flatMap(([id, waits]) =>
      waits.map(({ thread, isDeclared }) => `  ${nodeOf(thread)} ${isDeclared ? '-->' : '-.->'} ${nodeOf(id)}`),
    ),
    '```',
    '',
  ];
}

function threadLine(thread: ThreadNode, all: Dependencies, known: ThreadReadiness | undefined): string {
  const waits = all.get(thread.id) ?? [];
  const needs =
    waits.length === 0 ? 'depends on nothing' : `depends on ${waits.map(each => `${each.thread}${each.isDeclared ? '' : '*'}`).join(', ')}`;
  const files =
    thread.files.length === 0 ? [] : [`changes ${thread.files.map(file => `\`${oneLine(file).replaceAll('`', "'")}\``).join(', ')}`];
  const state = waitState(thread) ?? stateWords(known);
  return `- **${thread.id}** ${oneLine(thread.name)} — ${[...state, needs, ...files].join('; ')}`;
}

function waitState({ wait }: ThreadNode): readonly string[] | undefined {
  if (wait?.kind === 'unreachable') return [`cannot begin: ${oneLine(wait.reason)}`];
  return wait?.kind === 'held' ? [`waits: ${oneLine(wait.reason)}`] : undefined;
}

function stateWords(known: ThreadReadiness | undefined): readonly string[] {
  if (!known) return [];
  if (known.state === 'waiting') return waitWords(known.waits, untranslated);
  return [known.state === 'gated' ? 'behind a gate that is not open' : known.state];
}

const nodeOf = (id: string) => `t${id.replaceAll('.', '_')}`;
/** Without what ends a label or means something in one. */
const picturable = (name: string) =>
  oneLine(name)
    .replace(/["#;<>&`[\]{}()|\\]/g, ' ')
    .trim();
