import { planOfIssues } from '../../domain/sources/beads/beadsPlan';
import { readRobotPlan, takeUpOrder, type RobotPlan } from '../../domain/sources/beads/robotPlan';
import { ready } from '../../domain/sources/beads/ready';
import { tracks } from '../../domain/sources/beads/tracks';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { readBeads } from './beadsFile';
import { runExternal } from './externalProgram';

export type BeadsTracks = {
  readonly plan: RobotPlan;
  /** Who made it. */
  readonly by: 'bv' | 'work';
  /** Ids of issues that can be begun, in the order in which they are best taken up side by side: what is begun or put off is not among them. */
  readonly order: readonly string[];
  readonly warnings: readonly string[];
};

export type TracksOptions = {
  readonly env: ProgramEnvironment;
  readonly now: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
};

/**
 * The parallel tracks of a repository's issues: from `bv`, where that is there and says something that can be read, else made here by
 * the same rules. Undefined where beads has exported nothing. `now` in milliseconds since the epoch.
 */
export async function readTracks(root: string, { env, now, limit = 30_000, signal }: TracksOptions): Promise<BeadsTracks | undefined> {
  const { file, issues, problems } = await readBeads(root);
  if (file === undefined) return undefined;
  const warnings = problems.map(({ message, at }) => (at && at.line > 1 ? `${at.file}:${at.line}: ${message}` : message));
  const asked = await runExternal('bv', ['--robot-plan'], { cwd: root, env, limit, signal });
  const said = asked.kind === 'done' ? readRobotPlan(asked.output) : undefined;
  const isRead = said !== undefined && !('problem' in said);
  if (asked.kind === 'failed') warnings.push(`bv --robot-plan: ${asked.reason}. The tracks were made without it.`);
  else if (said && 'problem' in said) {
    warnings.push(`What bv --robot-plan printed cannot be read: ${said.problem}. The tracks were made without it.`);
  }
  const plan = isRead ? said : tracks(issues);
  const { plan: imported } = planOfIssues(issues, { path: '.beads', file, agents: { agents: [], source: 'none' }, now });
  const work = new Set(imported?.stages.flatMap(stage => stage.threads.flatMap(({ key, tasks }) => [key, ...tasks.map(task => task.key)])));
  const canBegin = new Set(ready(issues, now).flatMap(({ id }) => (work.has(id) ? [id] : [])));
  return { plan, by: isRead ? 'bv' : 'work', order: takeUpOrder(plan).filter(id => canBegin.has(id)), warnings };
}
