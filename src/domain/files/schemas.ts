import * as z from 'zod';
import { normalizeId, parseId } from '../ids';
import { taskStatuses } from '../taskStatus';
import { isSafeName } from './workPaths';

/** Loose on purpose: these files are shared with other tools, and what we do not know stays in them. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform(value => value ?? undefined);
const text = optional(z.string());
const label = z.string().default('');

/** What is not readable as an approval is none. */
const approvalStatus = z.enum(['draft', 'approved', 'revoked']).catch('draft');
const stageApproval = z.looseObject({
  status: approvalStatus,
  approved_at: text,
  approved_by: text,
  revoked_at: text,
  commit_sha: text,
});
const approval = z.looseObject({
  status: approvalStatus,
  approved_at: text,
  approved_by: text,
  plan_hash: text,
  stages: optional(z.record(z.string(), stageApproval)),
});

const folderName = z.string().refine(isSafeName, 'must name one folder below work/');

export const streamSchema = z.looseObject({
  id: folderName,
  name: z.string(),
  order: z.number().int().default(0),
  path: label,
  size: text,
  created_at: text,
  updated_at: text,
  status: text,
  current_batch: text,
  approval: optional(approval).catch(undefined),
});

const session = z.looseObject({
  sessionId: z.string(),
  agentName: label,
  model: label,
  startedAt: label,
  completedAt: text,
  status: z.enum(['running', 'completed', 'failed', 'interrupted']),
  exitCode: optional(z.number()),
});

/** A session that does not fit must not hide its thread or task. */
const sessions = z.array(session.optional().catch(undefined)).transform(records => records.filter(record => record !== undefined));

const status = z.enum(taskStatuses, { error: ({ input }) => `Invalid status "${String(input)}". Valid: ${taskStatuses.join(', ')}` });

const taskId = z
  .string()
  .refine(id => parseId(id.trim())?.length === 4, {
    error: ({ input }) => `Invalid task ID format: ${String(input)}. Expected "stage.batch.thread.task" (e.g., "01.01.02.03")`,
  })
  .transform(id => normalizeId(id) ?? id);

export const taskSchema = z.looseObject({
  id: taskId,
  name: label,
  stage_name: label,
  batch_name: label,
  thread_name: label,
  status,
  created_at: label,
  updated_at: label,
  breadcrumb: text,
  report: text,
  assigned_agent: text,
  sessions: optional(sessions),
  currentSessionId: text,
});

const threadId = z
  .string()
  .refine(id => parseId(id.trim())?.length === 3, {
    error: ({ input }) => `Invalid thread ID format: ${String(input)}. Expected "stage.batch.thread" (e.g., "01.01.02")`,
  })
  .transform(id => normalizeId(id) ?? id);

export const threadSchema = z.looseObject({
  threadId,
  promptPath: text,
  sessions: sessions.nullish().transform(records => records ?? []),
  currentSessionId: text,
  opencodeSessionId: text,
  threadName: text,
  stageName: text,
  batchName: text,
  status: optional(status),
  assignedAgent: text,
  report: text,
  breadcrumb: text,
  createdAt: text,
  updatedAt: text,
});

export const documentSchema = z.looseObject({
  version: z.string().catch(''),
  stream_id: text,
  last_updated: z.string().catch(''),
  current_stream: text,
});
