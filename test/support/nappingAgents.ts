import { readdir, readFile } from 'node:fs/promises';
import { working, type Project, type RunHarness } from './runHarness';

/** Commands of processes that tool calls of the repository's attempts started, at any depth and in any group. Linux. */
export async function toolProcesses(root: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const [variables, command] = await Promise.all([read('environ'), read('cmdline')]);
      return variables.split('\0').includes(`WORK_ROOT=${root}`) && command !== '' ? [command.replaceAll('\0', ' ').trim()] : [];
    }),
  );
  return found.flat();
}

export type Napping = { readonly project: Project; readonly ids: readonly string[]; readonly naps: () => Promise<readonly string[]> };

/**
 * A batch of agents that write a file and then sleep for an hour, each in two processes: one in a session or group of its own, one
 * below a shell; every other shell does not want to end.
 */
export async function napping(harness: RunHarness, count: number): Promise<Napping> {
  const ids = Array.from({ length: count }, (_, index) => `01.01.0${index + 1}`);
  for (const [index, id] of ids.entries()) {
    const nap = `sleep 36${index}1`;
    const hidden = index % 2 === 0 ? `setsid ${nap} & trap "" TERM` : `nohup ${nap} & true`;
    harness.model.addScript(working(`${id}.01`, `[[write ${id}.txt|made]]`, `[[bash echo more >> ${id}.txt; ${hidden}; ${nap}9]]`));
  }
  const project = await harness.project({
    threads: ids.map(id => `${id} Thread`),
    tasks: Object.fromEntries(ids.map(id => [`${id}.01`, 'pending' as const])),
    settings: { 'work.maxConcurrent': count },
  });
  return { project, ids, naps: async () => (await toolProcesses(project.root)).filter(command => command.startsWith('sleep 36')) };
}
