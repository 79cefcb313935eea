import { readMarkdown } from '../../plan/markdownBlocks';
import type { ImportedPlan, SourceProblem, SourceReading } from '../importedPlan';
import { dependenciesOf } from './dependencies';
import { phasesOf } from './phases';
import { readTaskLines } from './taskLines';

/** The files of a change; undefined for one that is not there. */
export type ChangeFiles = {
  /** Relative to the repository's root, with `/`. */
  readonly folder: string;
  readonly id: string;
  readonly tasks: string | undefined;
  readonly proposal: string | undefined;
  /** Other documents of the change, such as `design.md` and `specs/auth/spec.md`, relative to its folder. */
  readonly documents: readonly string[];
};

/**
 * Reads an OpenSpec change: a `## 1. Phase` is a stage, a `### 1.1 Group` or a box at the top of its phase a thread, boxes below
 * are its tasks. What says how one knows that the work is done stays text. Never throws.
 */
export function readChange(change: ChangeFiles): SourceReading {
  const file = `${change.folder}/tasks.md`;
  if (change.tasks === undefined) return refused([{ severity: 'error', message: `${change.id} has no tasks.md.`, at: { file, line: 1 } }]);
  const { lines, problems } = readTaskLines(change.tasks, file);
  if (problems.some(({ severity }) => severity === 'error')) return refused(problems);
  const phases = phasesOf(lines, { file, fallback: change.id });
  if (phases.length === 0) {
    const message = `There are no tasks in ${file}: write each as "- [ ] 1.1 What to do".`;
    return refused([...problems, { severity: 'error', message, at: { file, line: 1 } }]);
  }
  const dependencies = dependenciesOf(lines, phases, file);
  const stages = phases.map(({ threads, ...stage }) => ({
    title: stage.title,
    definition: stage.definition,
    threads: threads.map(({ number: _number, text: _text, ...thread }) => ({
      ...thread,
      dependsOn: dependencies.of(thread.key),
      details: [thread.details, references(change)].filter(part => part !== '').join('\n\n'),
    })),
  }));
  const plan: ImportedPlan = {
    kind: 'openspec',
    path: change.folder,
    title: titleOf(change.proposal) ?? words(change.id),
    summary: summaryOf(change.proposal),
    stages,
  };
  return { plan, problems: [...problems, ...dependencies.problems] };
}

const refused = (problems: readonly SourceProblem[]): SourceReading => ({ plan: undefined, problems });

function references({ folder, proposal, documents }: ChangeFiles): string {
  const files = [...(proposal === undefined ? [] : ['proposal.md']), ...documents].map(name => `\`${folder}/${name}\``);
  const read = files.length === 0 ? '' : `Read first: ${files.join(', ')}.\n\n`;
  // No path: what threads mention is taken for what they may change, and all of them say this.
  return `${read}Leave the boxes of the change's task list as they are: finished work is ticked off there for you.`;
}

function titleOf(proposal: string | undefined): string | undefined {
  const heading = readMarkdown(proposal ?? '').blocks.find(block => block.kind === 'heading' && block.depth === 1);
  const title = heading?.kind === 'heading' ? heading.text.replace(/^(?:change(?: proposal)?|proposal)\s*:\s*/i, '').trim() : '';
  return title === '' || /^proposal$/i.test(title) ? undefined : title;
}

/** Why, and what changes: what stands below the first headings that say so. */
function summaryOf(proposal: string | undefined): string {
  const parts: string[] = [];
  let wanted = false;
  for (const block of readMarkdown(proposal ?? '').blocks) {
    if (block.kind === 'heading') wanted = /^(why|what changes|summary|motivation)\b/i.test(block.text);
    else if (wanted && block.kind === 'paragraph') parts.push(block.text);
    else if (wanted && block.kind === 'list') parts.push(block.items.map(({ text }) => text).join('; '));
  }
  return parts.filter(part => !part.startsWith('<!--')).join(' ');
}

const words = (id: string) => id.replace(/-+/g, ' ').replace(/^./, first => first.toUpperCase());
