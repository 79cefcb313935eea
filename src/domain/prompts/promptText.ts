import { formatId, parseId } from '../ids';
import { promptSlug } from '../files/workPaths';

type Named = { readonly id: string; readonly name: string };

export type PromptInput = {
  /** The workstream's id. */
  readonly stream: string;
  /** The plan's title. */
  readonly title: string;
  readonly stage: Named;
  readonly batch: Named;
  readonly thread: Named & { readonly summary: string; readonly details: string };
  readonly tasks: readonly Named[];
  /** The name of a skill that the server lists; without one the line that asks for it is left out. */
  readonly skill?: string | undefined;
};

/** Skills that tell an agent how to work on a plan, by the names they were given over time; the first one listed is named. */
const planSkills = ['implementing-workstream-plans', 'implementing-workstreams'];

/** Which of the skills that a server lists a prompt asks for. */
export function skillForPrompts(listed: readonly string[]): string | undefined {
  return planSkills.find(skill => listed.includes(skill));
}

/** The prompt of a thread, as its file in `prompts/` has it. */
export function promptText({ stream, title, stage, batch, thread, tasks, skill }: PromptInput): string {
  return [
    'Hello Agent!',
    '',
    `You are working on the "${batch.name}" batch at the "${stage.name}" stage of the "${title}" workstream.`,
    '',
    'This is the thread you are responsible for:',
    '',
    '## Thread Summary',
    thread.summary === '' ? '(No summary provided)' : thread.summary,
    '',
    '## Thread Details',
    thread.details === '' ? '(No details provided)' : thread.details,
    '',
    'Your tasks are:',
    ...(tasks.length === 0 ? ['(No tasks found for this thread)'] : tasks.map(task => `- [ ] ${task.id} ${task.name}`)),
    '',
    `Your working directory for creating additional documentation or scripts (if any) is: \`${threadFilesFolder(stream, stage, batch, thread)}\``,
    ...(skill === undefined ? [] : ['', `Use the \`${skill}\` skill.`]),
    '',
  ].join('\n');
}

/** Where an agent may put papers of its own, from the repository's root: `work/001-x/files/stage-1/01-setup/router/`. */
function threadFilesFolder(stream: string, stage: Named, batch: Named, thread: Named): string {
  return `work/${stream}/files/stage-${lastNumber(stage)}/${formatId(lastNumber(batch))}-${promptSlug(batch.name)}/${promptSlug(thread.name)}/`;
}

/** Relative to the workstream's folder, with `/`: `prompts/01-foundation/02-api/router.md`. */
export function threadPromptPath(stage: Named, batch: Named, thread: Named): string {
  const numbered = (entry: Named) => `${formatId(lastNumber(entry))}-${promptSlug(entry.name)}`;
  return `prompts/${numbered(stage)}/${numbered(batch)}/${promptSlug(thread.name)}.md`;
}

function lastNumber({ id }: Named): number {
  return parseId(id)?.at(-1) ?? 0;
}
