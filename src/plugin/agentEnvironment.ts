import path from 'node:path';
import type { AttemptMetadata } from '../domain/run/attemptMetadata';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a shell of an agent that works on `task` has in its environment, on top of the server's own. */
export function agentEnvironment(attempt: AttemptMetadata, task: string, server: Environment): Record<string, string> {
  const { bin } = attempt;
  const name = Object.keys(server).find(key => key.toUpperCase() === 'PATH') ?? 'PATH';
  const paths = [bin, server[name]].filter(part => part !== undefined && part !== '');
  return {
    WORK_ATTEMPT: attempt.attempt,
    WORK_TASK: task,
    WORK_ROOT: attempt.root,
    WORK_STREAM: attempt.stream,
    WORKSTREAM_ROLE: 'AGENT',
    ...(bin === undefined ? {} : { [name]: paths.join(path.delimiter) }),
  };
}
