import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** What sits on the ports that we would like to have: an opencode server of somebody else, and a program that never says a word. */
export class ForeignListeners {
  /** `METHOD path` of everything that the other opencode server was asked. */
  readonly asked: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly opencode: HttpServer,
    private readonly silent: Server,
  ) {}

  /** Takes `port` and the one after it. */
  static async listen(port: number): Promise<ForeignListeners> {
    const listeners = new ForeignListeners(createHttpServer(), createServer());
    const { opencode, silent, asked, sockets } = listeners;
    opencode.on('request', ({ method, url }, response) => {
      asked.push(`${method ?? ''} ${url ?? ''}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ healthy: true, version: '1.18.33' }));
    });
    silent.on('connection', socket => {
      sockets.add(socket);
      socket.on('error', () => sockets.delete(socket));
    });
    await listenOn(opencode, port);
    await listenOn(silent, port + 1);
    return listeners;
  }

  async close(): Promise<void> {
    this.opencode.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([this.opencode, this.silent].map(server => new Promise(resolve => server.close(resolve))));
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
