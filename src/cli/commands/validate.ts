import { count } from '../../common/text';
import { exitCodes, streamOption, UsageError, type CliCommand } from '../commandLine';
import { openStream } from '../repository';

export const validateCommand: CliCommand = {
  name: 'validate',
  summary: 'Check PLAN.md: errors, warnings and open questions, each with its line',
  usage: 'validate plan',
  options: streamOption,
  positionals: true,
  async run(values, positionals, io) {
    if (positionals.length !== 1 || positionals[0] !== 'plan') throw new UsageError('say what to validate: work validate plan');
    const { files, stream } = await openStream(values, io);
    const { plan, planPath, problems } = await files.readWorkstream(stream);
    for (const problem of problems) io.err(`${problem.severity}: ${problem.file}: ${problem.message}\n`);
    for (const { severity, message, line } of plan.diagnostics) io.out(`${severity}: ${planPath}:${line}: ${message}\n`);
    const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').length;
    const warnings = plan.diagnostics.length - errors;
    const found = [count(errors, 'error'), count(warnings, 'warning')].join(', ');
    io.out(`PLAN.md of ${stream.id} ${errors === 0 ? 'is valid' : 'is not valid'}: ${found}.\n`);
    return errors === 0 && plan.plan ? exitCodes.done : exitCodes.failed;
  },
};
