import { connect, createServer } from 'node:net';
import { OpencodeError } from './opencodeError';

const host = '127.0.0.1';

/** Whether nobody listens on the port of loopback and we could. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await isAnswered(port)) && (await canListen(port));
}

/**
 * The first free port from `first` on.
 * @throws {OpencodeError} `port-taken` when there is none among the next hundred.
 */
export async function findFreePort(first: number): Promise<number> {
  const last = Math.min(first + 99, 65_535);
  for (let port = first; port <= last; port++) if (await isPortFree(port)) return port;
  throw new OpencodeError('port-taken', `No port from ${first} to ${last} is free on ${host}. Set another one in work.server.port.`);
}

/** A listener on all interfaces does not keep us from listening on loopback everywhere, but it would get half of the callers. */
function isAnswered(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
