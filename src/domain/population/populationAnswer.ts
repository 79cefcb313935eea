import * as z from 'zod';
import { readAnswer } from '../../common/readAnswer';
import { normalizeId } from '../ids';
import type { PopulationGroup } from './populationGroups';

const text = z.string().trim().min(1).max(8000);
const line = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\r\n]*$/, 'one line');

/** In the plan it stands between back-ticks. */
const file = line.regex(/^[^`]*$/, 'a path without back-ticks');

const populatedThread = z.strictObject({
  id: z.string(),
  description: text,
  /** Paths and globs relative to the repository's root. */
  files: z.array(file).max(100),
  approach: text,
  doneWhen: z.array(line).min(1).max(50),
  /** Ids of threads that must be merged before. */
  dependsOn: z.array(z.string()).max(100),
});
const answerSchema = z.strictObject({ threads: z.array(populatedThread) });

/** What an agent found out about a thread. */
export type PopulatedThread = z.infer<typeof populatedThread>;

export type PopulationAnswer =
  | { readonly kind: 'threads'; readonly threads: readonly PopulatedThread[] }
  /** What is wrong with it, in sentences that its agent can act on. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** The shape of an answer, for the agent that is to give it. */
export const answerShape = `{"threads": [{"id": "01.01.01", "description": "…", "files": ["src/a.ts"], "approach": "…", "doneWhen": ["…"], "dependsOn": ["01.01.02"]}]}`;

/**
 * Reads an agent's last words: the last block of JSON in them, or all of them. Each thread of the group must be there once and
 * nothing else; a dependency is another thread of the plan.
 * @param known ids of all threads of the plan
 */
export function parsePopulation(said: string, group: PopulationGroup, known: ReadonlySet<string>): PopulationAnswer {
  const answer = readAnswer(said, answerSchema);
  if (answer.kind === 'wrong') return answer;
  const threads = answer.value.threads.map(thread => ({
    ...thread,
    id: normal(thread.id),
    dependsOn: [...new Set(thread.dependsOn.map(normal))],
  }));
  const problems = [...problemsOfIds(threads, group), ...threads.flatMap(thread => problemsOfDependencies(thread, known))];
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'threads', threads };
}

/** As the plan writes it, where it is an id at all. */
const normal = (id: string) => normalizeId(id.trim()) ?? id.trim();

function problemsOfIds(threads: readonly PopulatedThread[], { threads: wanted }: PopulationGroup): readonly string[] {
  const asked = new Set(wanted.map(({ id }) => id));
  const given = threads.map(({ id }) => id);
  return [
    ...[...asked].filter(id => !given.includes(id)).map(id => `thread ${id} is missing`),
    ...new Set(given.filter(id => !asked.has(id)).map(id => `thread ${id} was not asked for`)),
    ...new Set(given.filter((id, index) => given.indexOf(id) !== index).map(id => `thread ${id} is there twice`)),
  ];
}

function problemsOfDependencies({ id, dependsOn }: PopulatedThread, known: ReadonlySet<string>): readonly string[] {
  return dependsOn.flatMap(other => {
    if (other === id) return [`thread ${id} depends on itself`];
    return known.has(other) ? [] : [`thread ${id} depends on "${other}", which is no thread of the plan`];
  });
}
