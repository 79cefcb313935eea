import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server on loopback that takes every connection and never says a word. */
export async function silentServer(): Promise<
  AsyncDisposable & { readonly url: string; readonly asked: () => number; readonly open: () => number }
> {
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer(socket => {
    asked += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.resume();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
