export const taskStatuses = ['pending', 'in_progress', 'completed', 'blocked', 'cancelled'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export function isTaskStatus(value: unknown): value is TaskStatus {
  return taskStatuses.some(status => status === value);
}

/** Completed and cancelled tasks never run again and never hold a batch back. */
export function isDone(status: TaskStatus): boolean {
  return status === 'completed' || status === 'cancelled';
}
