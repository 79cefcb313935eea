import * as z from 'zod';
import { readAnswer } from '../../common/readAnswer';

const name = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'words in lower case with dashes between them');
const text = z.string().trim().min(1).max(200_000);

const changeDraftSchema = z.strictObject({
  /** The folder's name. */
  id: name,
  proposal: text,
  tasks: text,
  design: text.optional(),
  specs: z
    .array(z.strictObject({ capability: name, text }))
    .min(1)
    .max(50),
});

/** An OpenSpec change as an agent drafted it. */
export type ChangeDraft = z.infer<typeof changeDraftSchema>;

export type DraftAnswer =
  | { readonly kind: 'draft'; readonly draft: ChangeDraft }
  /** What is wrong with it, in sentences that its agent can act on. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** The shape of an answer, for the agent that is to give it. */
export const draftShape = `{"id": "add-search", "proposal": "…", "tasks": "…", "design": "…", "specs": [{"capability": "search", "text": "…"}]}`;

/** Reads an agent's last words. @param taken ids of changes that are there */
export function parseDraft(said: string, taken: ReadonlySet<string>): DraftAnswer {
  const answer = readAnswer(said, changeDraftSchema);
  if (answer.kind === 'wrong') return answer;
  const draft = answer.value;
  const capabilities = draft.specs.map(({ capability }) => capability);
  const problems = [
    ...(taken.has(draft.id) || draft.id === 'archive' ? [`there is a change "${draft.id}" already: choose another id`] : []),
    ...new Set(
      capabilities.filter((each, index) => capabilities.indexOf(each) !== index).map(each => `capability "${each}" is there twice`),
    ),
    ...(/^\s*[-*]\s*\[ \]/m.test(draft.tasks) ? [] : ['tasks: no line of it is a box to tick, such as "- [ ] 1.1 Add the index"']),
  ];
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'draft', draft };
}

export type DraftFile = { readonly path: string; readonly text: string };

/** The files of a draft; paths relative to the change's folder, with `/`. */
export function draftFiles({ proposal, tasks, design, specs }: ChangeDraft): readonly DraftFile[] {
  return [
    { path: 'proposal.md', text: ended(proposal) },
    { path: 'tasks.md', text: ended(tasks) },
    ...(design === undefined ? [] : [{ path: 'design.md', text: ended(design) }]),
    ...specs.map(({ capability, text: spec }) => ({ path: `specs/${capability}/spec.md`, text: ended(spec) })),
  ];
}

const ended = (lines: string) => `${lines.trimEnd()}\n`;
