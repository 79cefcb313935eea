import path from 'node:path';
import { Coordination } from '../runtime/files/coordination';
import { WorkFiles } from '../runtime/files/workFiles';
import { agentEnvironment } from './agentEnvironment';
import { attemptOfSession } from './attemptOfSession';
import { coordinationTools } from './coordinationTools';
import { currentTask } from './currentTask';
import { guardTool, isGuarded } from './guardTool';
import type { Hooks, PluginInput } from './opencodeHooks';
import { taskTools } from './taskTools';

/**
 * Loaded into the opencode server, once for each directory: task tools, guards and the environment of agents' shells. Sessions
 * that are not an attempt of ours are left alone. `version` is the version of the metadata that sessions are made with.
 *
 * It is the only export, because opencode calls every export as a plugin.
 */
export const workstreams = Object.assign(
  ({ client }: PluginInput): Promise<Hooks> => {
    const attemptOf = (sessionId: string | undefined) => attemptOfSession(client, sessionId);
    /** A session that cannot be read is not known to be ours: its tools and shells go on as if we were not there. */
    const knownAttempt = (sessionId: string | undefined) => attemptOf(sessionId).catch(() => undefined);
    const options = { attemptOf, filesOf: (root: string) => new WorkFiles(root) };
    return Promise.resolve({
      tool: { ...taskTools(options), ...coordinationTools({ ...options, coordinationOf: inbox => new Coordination(path.dirname(inbox)) }) },
      async 'tool.execute.before'({ tool, sessionID }, { args }) {
        if (!isGuarded(tool, args)) return;
        const attempt = await knownAttempt(sessionID);
        const refusal = attempt && (await guardTool(attempt, tool, args));
        if (refusal !== undefined) throw new Error(refusal);
      },
      async 'shell.env'({ sessionID }, output) {
        const attempt = await knownAttempt(sessionID);
        if (!attempt) return;
        const tasks = await new WorkFiles(attempt.root).readTasks(attempt.stream).catch(() => []);
        Object.assign(output.env, agentEnvironment(attempt, currentTask(attempt, tasks), { ...process.env, ...output.env }));
      },
    });
  },
  { version: 1 },
);
