import { compareIds, parentId } from '../ids';
import { parsePlan } from '../plan/parsePlan';
import { promptText, threadPromptPath } from './promptText';

type Task = { readonly id: string; readonly name: string };
export type ThreadPrompt = {
  readonly path: string;
  /** `skill`: as `promptText` takes it. */
  readonly text: (skill: string | undefined) => string;
};

/** The prompts that a plan and its tasks give, by the ids of their threads; none for a plan that cannot be read. */
export function threadPrompts(stream: string, planText: string, tasks: readonly Task[]): ReadonlyMap<string, ThreadPrompt> {
  const { plan } = parsePlan(planText);
  const prompts = new Map<string, ThreadPrompt>();
  for (const stage of plan?.stages ?? []) {
    for (const batch of stage.batches) {
      for (const thread of batch.threads) {
        const own = tasks.filter(({ id }) => parentId(id) === thread.id).sort((a, b) => compareIds(a.id, b.id));
        const { title = '' } = plan ?? {};
        prompts.set(thread.id, {
          path: threadPromptPath(stage, batch, thread),
          text: skill => promptText({ stream, title, stage, batch, thread, tasks: own, skill }),
        });
      }
    }
  }
  return prompts;
}

/** The skill that a generated prompt asks for at its end. */
export function skillOf(prompt: string): string | undefined {
  return /\nUse the `([^`\n]+)` skill\.\n$/.exec(prompt)?.[1];
}
