import * as z from 'zod';
import { anySignal, isAbortError } from '../../common/abort';
import { OpencodeError, type OpencodeErrorReason } from './opencodeError';

/** What every call of the client resolves to; `response` is absent when none came. */
type ClientResult<T> = { readonly data?: T; readonly error?: unknown; readonly response?: Response | undefined };

export type RequestOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 60 000 when not given. A server that is starting accepts requests that it never answers. */
  readonly timeout?: number | undefined;
};

const errorBody = z.object({
  name: z.string().optional(),
  _tag: z.string().optional(),
  message: z.string().optional(),
  data: z.object({ message: z.string().optional(), path: z.string().optional() }).optional(),
});

/**
 * Makes one call of the client and gives its data. `what` names it in errors ("create a session").
 * @throws {OpencodeError} by what the server answered; the signal's reason when that was aborted.
 */
export async function request<T>(
  what: string,
  options: RequestOptions,
  call: (options: { readonly signal: AbortSignal }) => Promise<ClientResult<T>>,
): Promise<T> {
  const { signal, timeout = 60_000 } = options;
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeout);
  const failed = (cause: unknown) => {
    signal?.throwIfAborted();
    const why = limit.aborted || isAbortError(cause) ? `it did not answer within ${timeout / 1000} seconds` : reachFailure(cause);
    return new OpencodeError('unreachable', `Cannot ${what}: the opencode server is not reachable (${why}).`, { cause });
  };
  let result: ClientResult<T>;
  try {
    result = await call({ signal: anySignal(signal, limit) });
  } catch (error) {
    throw failed(error);
  }
  const { data, error, response } = result;
  if (!response) throw failed(error);
  if (!response.ok) throw answerError(what, response.status, error);
  return data as T;
}

/** The error that an answer with a status other than 2xx stands for. */
export function answerError(what: string, status: number, body: unknown): OpencodeError {
  const { name = '', _tag = '', data, message } = errorBody.safeParse(body).data ?? {};
  const said = [data?.path, (data?.message ?? message)?.trim()].filter(part => part !== undefined && part !== '').join(': ');
  const options = { cause: body, statusCode: status };
  const reason = reasonOf(status, name, _tag);
  if (reason === 'unauthorized') {
    return new OpencodeError(reason, `Cannot ${what}: the opencode server does not accept the user name and password.`, options);
  }
  if (reason === 'bad-config') {
    const where = `opencode's configuration is wrong (${name}). ${said}`;
    return new OpencodeError(reason, `${where}\nCorrect it, then restart the opencode server.`, options);
  }
  return new OpencodeError(reason, `Cannot ${what}: ${said === '' ? `the opencode server answered with status ${status}` : said}`, options);
}

function reasonOf(status: number, name: string, tag: string): OpencodeErrorReason {
  if (status === 401) return 'unauthorized';
  if (name.startsWith('Config')) return 'bad-config';
  if (tag.endsWith('NotFoundError')) return 'no-such-ask';
  return status === 404 ? 'no-such-session' : 'request-failed';
}

function reachFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
