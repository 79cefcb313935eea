import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchJournal } from './journalBench';
import { benchPlan } from './planBench';
import { benchServer } from './serverBench';
import { benchTree } from './treeBench';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, threads: { type: 'string', default: '8' } },
});
const rounds = Number(values.rounds);
const threads = Number(values.threads);
const benches: Readonly<Record<string, () => Promise<string>>> = {
  journal: () => benchJournal(rounds),
  tree: () => benchTree(rounds),
  plan: () => benchPlan(rounds),
  // a round takes as long as all rounds of the others together
  server: () => benchServer(threads, Math.ceil(rounds / 2)),
};
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = wanted.find(name => !(name in benches));
if (unknown !== undefined || !(rounds > 0) || !(threads > 0)) {
  console.error(`Usage: npm run bench -- [${Object.keys(benches).join('|')}] [--rounds <n>] [--threads <n>]`);
  process.exitCode = 2;
} else {
  console.log(`node ${process.version}, ${process.platform}, ${cpus().length} cores. Medians; compare ratios, not times.\n`);
  for (const name of wanted) console.log(await benches[name]?.());
}
