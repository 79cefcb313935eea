import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { OpencodeServer, type OpencodeServerOptions } from '../../../src/runtime/opencode/opencodeServer';

/** Another program of the same user: wants the server, says which it got, and ends. */
const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Omit<OpencodeServerOptions, 'logger' | 'clock'>;
const server = new OpencodeServer({ ...options, logger: silentLogger, clock: systemClock });
await server.ensure();
process.stdout.write(JSON.stringify(server.status));
server.dispose();
