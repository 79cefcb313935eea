import { systemClock } from '../../common/clock';
import { oneLine } from '../../common/text';
import type { RobotPlan } from '../../domain/sources/beads/robotPlan';
import { readTracks } from '../../runtime/sources/beadsTracks';
import { readSettings } from '../../runtime/settings/readSettings';
import { exitCodes, flag, streamOption, toJson, type CliCommand } from '../commandLine';
import { CliError, openFiles } from '../repository';

export const tracksCommand: CliCommand = {
  name: 'tracks',
  summary: 'Show which issues of beads can be worked on side by side, and in which order to take them up',
  usage: 'tracks [--json]   asks bv where it is on PATH',
  options: { 'repo-root': streamOption['repo-root'], json: { type: 'boolean' } },
  async run(values, _positionals, io) {
    const { root } = await openFiles(values, io);
    const found = await readTracks(root, { env: io.env, now: systemClock.now(), signal: io.signal });
    if (!found) throw new CliError(`${root} has no export of beads (.beads/issues.jsonl).`);
    const { plan, by, order, warnings } = found;
    for (const warning of warnings) io.err(`warning: ${oneLine(warning)}\n`);
    if (flag(values, 'json')) {
      io.out(toJson({ by, plan, order }));
      return exitCodes.done;
    }
    const { settings } = await readSettings(root, { environment: io.env, flags: {}, trusted: true });
    const side = order.slice(0, settings.ready.max).map(oneLine);
    io.out(drawn(plan));
    const others = plan.total_actionable - order.length;
    const counts = [
      `${order.length} can be begun`,
      `${plan.total_blocked} wait`,
      ...(others > 0 ? [`${others} neither: begun, put off, or without work of their own`] : []),
    ].join(', ');
    io.out(`${counts}${side.length === 0 ? '' : `. Best side by side: ${side.join(', ')}`}\n`);
    return exitCodes.done;
  },
};

function drawn({ tracks }: RobotPlan): string {
  return tracks
    .flatMap(({ track_id, reason, items }) => [
      `${oneLine(track_id)}: ${oneLine(reason)}`,
      ...items.map(({ id, title, priority, status, unblocks }) => {
        const behind = unblocks.length === 0 ? '' : ` (unblocks ${unblocks.map(oneLine).join(', ')})`;
        return `  ${oneLine(id)}  P${priority}  ${oneLine(status)}  ${oneLine(title)}${behind}`;
      }),
    ])
    .map(line => `${line}\n`)
    .join('');
}
