import { count, stripControl } from '../../common/text';
import { insertedLines } from '../../domain/population/insertedLines';
import { populationGroups } from '../../domain/population/populationGroups';
import type { Populations } from '../../runtime/run/populate/populations';
import type { Proposal } from '../../runtime/run/populate/proposalFile';
import { serverOptions } from '../cliRuntime';
import { exitCodes, flag, streamOption, stringOption, UsageError, type CliCommand, type Io } from '../commandLine';
import { CliError, openStream } from '../repository';
import { withRepository } from '../withRepository';

export const populateCommand: CliCommand = {
  name: 'populate',
  summary: 'Let agents that only read find out what thin threads leave open: files, approach, when it is done',
  usage: `populate [--stage <N|name>] [--agent <name>] [--yes] [--port <n>] [--no-server]
       work populate --apply
  --yes                    write what they found into PLAN.md without asking
  --apply                  write what they found last into PLAN.md`,
  options: {
    ...streamOption,
    ...serverOptions,
    stage: { type: 'string' },
    agent: { type: 'string' },
    yes: { type: 'boolean' },
    apply: { type: 'boolean' },
  },
  async run(values, _positionals, io) {
    const { files, stream } = await openStream(values, io);
    const stage = stringOption(values, 'stage');
    if (flag(values, 'apply') && (stage !== undefined || flag(values, 'yes'))) throw new UsageError('--apply stands alone');
    return withRepository(files.root, values, io, async ({ populations }) => {
      if (flag(values, 'apply')) return applyLast(populations, stream.id, io);
      const threads = await populations.thin(stream.id, stage);
      if (threads.length === 0) {
        io.out('Nothing to populate: every pending thread says its files, its approach and when it is done.\n');
        return exitCodes.done;
      }
      const groups = populationGroups(threads);
      for (const group of groups) {
        io.out(`${group.phase === 'all' ? 'one agent' : `agent for ${group.phase}`}: ${namesOf(group.threads)}\n`);
      }
      const request = { stream: stream.id, threads: threads.map(({ id }) => id), agent: stringOption(values, 'agent') };
      const proposal = await populations.propose(request, io.signal);
      showProposal(proposal, io);
      if (proposal.threads.length > 0) await decide(populations, stream.id, proposal, flag(values, 'yes'), io);
      return proposal.problems.length > 0 ? exitCodes.failed : exitCodes.done;
    });
  },
};

const namesOf = (threads: readonly { readonly id: string; readonly name: string }[]) =>
  threads.map(({ id, name }) => stripControl(`${id} ${name}`)).join(', ');

function showProposal({ before, after, problems }: Proposal, io: Io): void {
  for (const { line, lines } of insertedLines(before, after)) {
    io.out(`\nPLAN.md:${line}\n${lines.map(text => `+ ${stripControl(text)}\n`).join('')}`);
  }
  for (const problem of problems) io.err(`${stripControl(problem)}\n`);
}

async function decide(populations: Populations, stream: string, proposal: Proposal, yes: boolean, io: Io): Promise<void> {
  const answer = yes ? 'y' : await io.ask(`\nWrite this into PLAN.md? [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) {
    await populations.apply(stream, proposal);
    io.out(`${count(proposal.threads.length, 'thread')} populated.\n`);
  } else {
    io.out('\nPLAN.md is as it was. Write it later with: work populate --apply\n');
  }
}

async function applyLast(populations: Populations, stream: string, io: Io): Promise<number> {
  const proposal = await populations.last(stream);
  if (!proposal) throw new CliError('There is no proposal. Make one with: work populate');
  await populations.apply(stream, proposal);
  io.out(`${count(proposal.threads.length, 'thread')} populated.\n`);
  return exitCodes.done;
}
