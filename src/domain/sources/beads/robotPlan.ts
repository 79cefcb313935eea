import * as z from 'zod';
import { parseJson } from '../../files/jsonText';
import { byUrgency } from './ready';

const track = z.object({
  track_id: z.string(),
  reason: z.string().default(''),
  items: z.array(
    z.object({
      id: z.string().min(1),
      title: z.string(),
      priority: z.number(),
      status: z.string(),
      unblocks: z
        .array(z.string())
        .nullish()
        .transform(ids => ids ?? []),
    }),
  ),
});

const robotPlan = z.object({
  tracks: z
    .array(track)
    .nullable()
    .transform(tracks => tracks ?? []),
  total_actionable: z.number().default(0),
  total_blocked: z.number().default(0),
  summary: z
    .object({ highest_impact: z.string().default(''), impact_reason: z.string().default(''), unblocks_count: z.number().default(0) })
    .default({ highest_impact: '', impact_reason: '', unblocks_count: 0 }),
});

export type Track = z.infer<typeof track>;
/** What `bv --robot-plan` says under `plan`. */
export type RobotPlan = z.infer<typeof robotPlan>;

/** Reads what `bv --robot-plan` printed, with or without `plan` around it; or a sentence that says why it cannot be. */
export function readRobotPlan(text: string): RobotPlan | { readonly problem: string } {
  const parsed = parseJson(text);
  if (!parsed.ok) return { problem: `it is not JSON (line ${parsed.position.line}): ${parsed.message}` };
  const outer = z.looseObject({ plan: z.unknown().optional() }).safeParse(parsed.value);
  const { data, error } = robotPlan.safeParse(outer.data?.plan ?? parsed.value);
  if (data) return data;
  const [issue] = error.issues;
  return { problem: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as expected'}` };
}

/**
 * In which order issues are best taken up side by side: the first of each track, most urgent first, then what unblocks most, then the
 * rest by urgency.
 */
export function takeUpOrder({ tracks, summary }: RobotPlan): readonly string[] {
  const first = tracks.flatMap(({ items }) => items.slice(0, 1)).sort(byUrgency);
  const rest = tracks.flatMap(({ items }) => items.slice(1)).sort(byUrgency);
  const impact = rest.filter(({ id }) => id === summary.highest_impact);
  return [...new Set([...first, ...impact, ...rest].map(({ id }) => id))];
}
