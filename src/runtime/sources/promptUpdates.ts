import { skillOf, threadPrompts } from '../../domain/prompts/threadPrompts';
import type { WorkFiles } from '../files/workFiles';

type Plan = { readonly text: string; readonly tasks: readonly { readonly id: string; readonly name: string }[] };

/** What becomes of the prompt of a thread that a change of the plan says anew. */
export type PromptUpdate = {
  readonly thread: string;
  /** Where its prompt is from now on, relative to the workstream's folder. */
  readonly path: string;
  /** `edited`: a person changed it, so that it stays, and does not say what changed. */
  readonly kind: 'rewritten' | 'edited';
  /** What it is rewritten to; what a person wrote, at its new place, where that is another one. */
  readonly text: string | undefined;
};

/**
 * The prompts that are there and that a change of plan and tasks touches. `generated`: other texts of the plan that prompts may have
 * been made of, and that nobody has to have edited.
 */
export async function promptUpdates(
  files: Pick<WorkFiles, 'readPrompt'>,
  stream: string,
  { before, after, generated }: { readonly before: Plan; readonly after: Plan; readonly generated: readonly string[] },
): Promise<readonly PromptUpdate[]> {
  const now = threadPrompts(stream, after.text, after.tasks);
  const others = generated.map(text => threadPrompts(stream, text, before.tasks));
  const updates: PromptUpdate[] = [];
  for (const [thread, old] of threadPrompts(stream, before.text, before.tasks)) {
    const next = now.get(thread);
    const written = next && (await files.readPrompt(stream, old.path));
    if (!next || written === undefined) continue;
    const skill = skillOf(written);
    const text = next.text(skill);
    if (written === text && old.path === next.path) continue;
    const moved = old.path === next.path ? undefined : written;
    if (old.text(skill) === text && moved === undefined) continue;
    const isGenerated = [old, ...others.flatMap(prompts => prompts.get(thread) ?? [])].some(prompt => prompt.text(skill) === written);
    if (isGenerated) updates.push({ thread, path: next.path, kind: 'rewritten', text });
    else updates.push({ thread, path: next.path, kind: 'edited', text: moved });
  }
  return updates;
}
