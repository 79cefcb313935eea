import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryRepository } from '../../support/gitRepository';
import { isolatedHome } from '../../support/isolatedHome';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { indexText, someStream, someTask, tasksText } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';
import { runWorkHere, type Ended } from './workProcess';

export const stream = '001-sample';

export type PlanFixture = {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `work` at the root, or where `from` says, without a process for it. */
  work(...args: readonly string[]): Promise<Ended>;
  workFrom(cwd: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  read(relative: string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
  dispose(): Promise<void>;
};

/** A repository with a plan of two stages, and a home without any server. `files` replace or add to what is committed. */
export async function planFixture(files: Readonly<Record<string, string>> = {}): Promise<PlanFixture> {
  const home = await temporaryDirectory();
  const { environment } = await isolatedHome({ folder: home.path, modelUrl: 'http://127.0.0.1:9/v1' });
  const repository = await temporaryRepository({
    files: {
      'README.md': 'A project.\n',
      'work/index.json': indexText([someStream(stream)], stream),
      [`work/${stream}/PLAN.md`]: planText('01.01.01 Router', '01.01.02 Store', '02.01.01 Docs'),
      [`work/${stream}/tasks.json`]: tasksText(stream, [
        someTask('01.01.01.01', { name: 'Write the router', status: 'completed', report: 'Wrote it.' }),
        someTask('01.01.01.02', { name: 'Test the router' }),
        someTask('01.01.02.01', { name: 'Write the store', status: 'blocked', report: 'No database.' }),
      ]),
      ...files,
    },
  });
  return {
    root: repository.root,
    environment,
    work: (...args) => runWorkHere(args, repository.root, environment),
    workFrom: (cwd, args, env = {}) => runWorkHere(args, cwd, { ...environment, ...env }),
    read: relative => readFile(path.join(repository.root, ...relative.split('/')), 'utf8'),
    git: (...args) => repository.git(args),
    dispose: async () => {
      await repository.dispose();
      await home.dispose();
    },
  };
}
