import path from 'node:path';
import { skillPath } from '../../domain/skills/skills';
import { readSkills, writeSkill } from '../../runtime/agent/skillFiles';
import { exitCodes, flag, type CliCommand } from '../commandLine';
import { openFiles } from '../repository';

export const skillsCommand: CliCommand = {
  name: 'skills',
  summary: 'Write the skills for agents that work on plans and that write them into .opencode/skills',
  usage: 'skills [--force]',
  options: { 'repo-root': { type: 'string' }, force: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { root } = await openFiles(values, io);
    const kept: string[] = [];
    for (const { skill, file, state } of await readSkills(root)) {
      const name = path.relative(root, file);
      if (state === 'same') io.out(`${name} is up to date.\n`);
      else if (state === 'changed' && !flag(values, 'force')) kept.push(skillPath(skill));
      else {
        await writeSkill(root, skill);
        io.out(`Wrote ${name}\n`);
      }
    }
    for (const name of kept) io.err(`${name} says something else and was kept. Write over it with: work skills --force\n`);
    return kept.length === 0 ? exitCodes.done : exitCodes.failed;
  },
};
