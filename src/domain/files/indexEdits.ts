import type { JsonValue } from '../journal/events';
import { editJson, type JsonChange } from './jsonEdit';
import { entriesOf, stamp } from './entries';

/** Edits of the text of `index.json`. `at` is an ISO time. Each is undefined when the workstream (or the approval) is not in the file. */

export function setCurrentStream(text: string, id: string | undefined, at: string): string {
  return editJson(text, [stamp('streams', at), { path: ['current_stream'], value: id, before: ['streams'] }]);
}

/** Sets fields of a workstream; undefined removes one. A new field goes to the end, as the original tool appends it. */
export function changeStream(
  text: string,
  id: string,
  fields: Readonly<Record<string, JsonValue | undefined>>,
  at: string,
): string | undefined {
  const index = streamIndex(text, id);
  if (index < 0) return undefined;
  const path = ['streams', index];
  const changes = Object.entries(fields).map(([key, value]): JsonChange => ({ path: [...path, key], value }));
  return editJson(text, [stamp('streams', at), ...streamStamp(index, at), ...changes]);
}

export function approveStage(
  text: string,
  id: string,
  stage: number,
  approval: { readonly by: string; readonly at: string },
): string | undefined {
  const index = streamIndex(text, id);
  if (index < 0) return undefined;
  const { by, at } = approval;
  const changes: JsonChange[] = [stamp('streams', at), ...streamStamp(index, at)];
  const held = entriesOf(text, 'streams')[index]?.approval;
  if (!isObject(held)) changes.push({ path: ['streams', index, 'approval'], value: { status: 'draft' } });
  const stages = isObject(held) && isObject(held.stages) ? Object.keys(held.stages) : [];
  changes.push({
    path: ['streams', index, 'approval', 'stages', String(stage)],
    value: { status: 'approved', approved_at: at, approved_by: by },
    // Number-like keys stand in numeric order in every file that a JavaScript tool wrote.
    before: stages.filter(key => Number(key) > stage),
  });
  return editJson(text, changes);
}

/** Keeps who approved it and when; undefined when the stage has no record to revoke. */
export function revokeStage(
  text: string,
  id: string,
  stage: number,
  revocation: { readonly reason: string | undefined; readonly at: string },
): string | undefined {
  const { reason, at } = revocation;
  return changeStage(text, id, stage, at, {
    status: 'revoked',
    revoked_at: at,
    ...(reason === undefined ? {} : { revoked_reason: reason }),
  });
}

/** Approves the plan as it is now (`planHash`: SHA-256 of its bytes, hexadecimal); approvals of stages and tasks stay as they are. */
export function approvePlan(
  text: string,
  id: string,
  { by, at, planHash }: { readonly by: string; readonly at: string; readonly planHash: string },
): string | undefined {
  const index = streamIndex(text, id);
  if (index < 0) return undefined;
  const held = entriesOf(text, 'streams')[index]?.approval;
  const fields = { status: 'approved', approved_at: at, approved_by: by, plan_hash: planHash };
  const path = ['streams', index, 'approval'];
  const changes: JsonChange[] = isObject(held)
    ? [
        ...planFields(index, fields),
        ...['revoked_at', 'revoked_reason']
          .filter(key => key in held)
          .map((key): JsonChange => ({ path: [...path, key], value: undefined })),
      ]
    : [{ path, value: fields }];
  return editJson(text, [stamp('streams', at), ...streamStamp(index, at), ...changes]);
}

/** Notes that the plan's tasks are approved; what is approved besides stays as it is. */
export function approveTasks(text: string, id: string, { count, at }: { readonly count: number; readonly at: string }): string | undefined {
  const index = streamIndex(text, id);
  if (index < 0) return undefined;
  const path = ['streams', index, 'approval'];
  const tasks = { status: 'approved', approved_at: at, task_count: count };
  const held = entriesOf(text, 'streams')[index]?.approval;
  const change: JsonChange = isObject(held)
    ? { path: [...path, 'tasks'], value: tasks, before: ['prompts', 'stages'] }
    : { path, value: { status: 'draft', tasks } };
  return editJson(text, [stamp('streams', at), ...streamStamp(index, at), change]);
}

/** Keeps who approved it and when; undefined when the plan is not approved. */
export function revokePlan(
  text: string,
  id: string,
  { reason, at }: { readonly reason: string | undefined; readonly at: string },
): string | undefined {
  const index = streamIndex(text, id);
  const held = entriesOf(text, 'streams')[index]?.approval;
  if (!isObject(held) || held.status !== 'approved') return undefined;
  const fields = { status: 'revoked', revoked_at: at, ...(reason === undefined ? {} : { revoked_reason: reason }) };
  return editJson(text, [stamp('streams', at), ...streamStamp(index, at), ...planFields(index, fields)]);
}

/** Notes the commit that the stage's approval led to. */
export function setStageCommit(text: string, id: string, stage: number, commit: string, at: string): string | undefined {
  return changeStage(text, id, stage, at, { commit_sha: commit });
}

/** Adds a workstream at the end of the list. */
export function addStream(text: string, entry: JsonValue, at: string): string {
  const end = entriesOf(text, 'streams').length;
  return editJson(text, [stamp('streams', at), { path: ['streams', end], value: entry, insert: true }]);
}

/** The plan's own fields of an approval stand before those of tasks and stages. */
function planFields(index: number, fields: Readonly<Record<string, JsonValue>>): readonly JsonChange[] {
  const before = ['tasks', 'prompts', 'stages'];
  return Object.entries(fields).map(([key, value]) => ({ path: ['streams', index, 'approval', key], value, before }));
}

function changeStage(text: string, id: string, stage: number, at: string, fields: Readonly<Record<string, JsonValue>>): string | undefined {
  const index = streamIndex(text, id);
  const held = entriesOf(text, 'streams')[index]?.approval;
  if (!isObject(held) || !isObject(held.stages) || !isObject(held.stages[String(stage)])) return undefined;
  const path = ['streams', index, 'approval', 'stages', String(stage)];
  const changes = Object.entries(fields).map(([key, value]): JsonChange => ({ path: [...path, key], value }));
  return editJson(text, [stamp('streams', at), ...streamStamp(index, at), ...changes]);
}

const streamIndex = (text: string, id: string) => entriesOf(text, 'streams').findIndex(entry => entry.id === id);

const streamStamp = (index: number, at: string): readonly JsonChange[] => [
  { path: ['streams', index, 'updated_at'], value: at, before: ['path'] },
];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
