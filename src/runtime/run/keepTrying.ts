import { isOpencodeError } from '../opencode/opencodeError';
import type { RunContext } from './runContext';

const tries = 3;

/**
 * Does what needs the opencode server again when the server went away under it, after the server was started again. Only for what
 * may be asked twice: effects that look first what the earlier try left.
 */
export async function keepTrying<T>({ opencode, logger }: RunContext, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await act();
    } catch (error) {
      if (tried === tries || !isOpencodeError(error, 'unreachable') || (await opencode.server.wasStopped())) throw error;
      logger.warn(`the opencode server went away: ${error.message}`);
      await opencode.server.check();
      await opencode.server.ensure(signal);
    }
  }
}
