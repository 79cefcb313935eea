import { parseArgs } from 'node:util';
import { readScriptFolder } from '../test/support/scriptFolder';
import { ScriptedModel } from '../test/support/scriptedModel';

/**
 * The scripted model as a process of its own: `node out/tools/scriptedModel.tool.mjs --scripts <folder> [--port <number>]`
 * prints its URL as the first line and runs until it is ended. `GET /requests` is its log; `POST /release`,
 * `POST /barrier?count=8` and `POST /vars?name=value` are what tests call on it otherwise.
 */
const { values } = parseArgs({
  options: { scripts: { type: 'string', multiple: true, default: [] }, port: { type: 'string', default: '0' } },
});
const scripts = (await Promise.all(values.scripts.map(readScriptFolder))).flat();
const model = await ScriptedModel.start({ scripts, port: Number(values.port) });
console.log(model.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.close());
