import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes `folder` a state directory in which Node itself passes for opencode: started as `node serve --port …` there, it runs this
 * script, which answers as a server of `version` does, to whoever has the password. Gives the program to name as opencode.
 */
export async function fakeOpencode(folder: string, version: string): Promise<string> {
  await writeFile(path.join(folder, 'serve.js'), script(version));
  return process.execPath;
}

const script = (version: string) => `
const { createServer } = require('node:http');
const wanted = 'Basic ' + Buffer.from(process.env.OPENCODE_SERVER_USERNAME + ':' + process.env.OPENCODE_SERVER_PASSWORD).toString('base64');
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
createServer((request, response) => {
  response.statusCode = request.headers.authorization === wanted ? 200 : 401;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ healthy: true, version: ${JSON.stringify(version)} }));
}).listen(port, '127.0.0.1');
`;
