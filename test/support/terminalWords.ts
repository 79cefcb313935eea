import type { TerminalWords } from '../../src/views/terminals/terminalWords';

export const plainWords: TerminalWords = {
  task: (id, name, attempt) => `Task ${id}: ${name} (attempt ${attempt})`,
  outcomes: { completed: 'Completed', blocked: 'Blocked', failed: 'Failed', interrupted: 'Interrupted', cancelled: 'Cancelled' },
  you: 'You',
  agent: 'agent',
  thinking: 'Thinking',
  notStarted: 'Not started',
  moreLines: count => `… ${count} more`,
  lines: count => `${count} lines`,
  retrying: (attempt, message) => `Retrying (${attempt}): ${message}`,
  spent: (steps, tokens, cost) => `${steps} steps, ${tokens} tokens, ${cost}`,
  notSent: reason => `Not sent: ${reason}`,
  stopped: 'Stopped',
  notRead: reason => `Not read: ${reason}`,
};
