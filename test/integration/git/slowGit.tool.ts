import { Git } from '../../../src/runtime/git/git';

/** Runs a git command and outlives a SIGINT meanwhile: `<repository> <argument>…`. */
const [, , root = '', ...args] = process.argv;
process.on('SIGINT', () => console.log('interrupted'));
const end = await new Git(root).run(args).then(
  ({ stdout }) => stdout.trim(),
  (error: unknown) => String(error),
);
console.log(`git ended: ${end}`);
