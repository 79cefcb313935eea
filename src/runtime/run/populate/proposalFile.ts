import path from 'node:path';
import * as z from 'zod';
import { readText } from '../../files/readText';
import { writeText } from '../../files/writeText';

const proposalSchema = z.strictObject({
  version: z.literal(1),
  /** ISO time. */
  at: z.string(),
  /** `PLAN.md` as the agents were shown it, and with what they found out. */
  before: z.string(),
  after: z.string(),
  threads: z.array(z.string()),
  problems: z.array(z.string()),
});

/** A plan with what agents found out, for a person to look at. */
export type Proposal = Omit<z.infer<typeof proposalSchema>, 'version'>;

const fileOf = (journalFolder: string) => path.join(journalFolder, 'population.json');

/** Keeps the last proposal, which agents worked for, until it is applied or another one takes its place. */
export async function keepProposal(journalFolder: string, proposal: Proposal): Promise<void> {
  await writeText(fileOf(journalFolder), `${JSON.stringify({ version: 1, ...proposal }, null, 2)}\n`);
}

/** Undefined when there is none that can be read: it can be asked for again. */
export async function readProposal(journalFolder: string): Promise<Proposal | undefined> {
  const read = await readText(fileOf(journalFolder));
  if (read.kind !== 'ok') return undefined;
  try {
    const { version: _, ...proposal } = proposalSchema.parse(JSON.parse(read.text));
    return proposal;
  } catch {
    return undefined;
  }
}
