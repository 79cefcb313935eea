import * as z from 'zod';

const choice = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, { error: `must be one of ${words.map(word => `"${word}"`).join(', ')}` });

function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const error = `must be a whole number ${range}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

const amount = z.number({ error: 'must be a number of at least 0' }).min(0, { error: 'must be a number of at least 0' });
const flag = z.boolean({ error: 'must be true or false' });
/** Empty as good as absent: an editor has no other way to say "none". */
const noneWhenEmpty = <T extends string | readonly unknown[]>(value: T): T | undefined => (value.length === 0 ? undefined : value);
const text = z.string({ error: 'must be a text' }).trim();
const word = text.min(1, { error: 'must not be empty' });

const error = 'must be a command for the shell or a list of a program and its arguments';
const shellCommand = z.string({ error }).trim();
const programAndArguments = z.array(z.string({ error }), { error });
/** A text is for the user's shell; a list is a program and its arguments. */
const command = z.union([shellCommand.min(1, { error }), programAndArguments.min(1, { error })], { error });
const optionalCommand = z.union([shellCommand, programAndArguments], { error }).transform(noneWhenEmpty).optional();

/** Every setting, named as in the editor without the leading `work.`; bounds and defaults are here and in the manifest only. */
export const settingsSchema = z.strictObject({
  isolation: choice('task', 'thread', 'none').default('task'),
  maxConcurrent: wholeNumber(1, 64).default(4),
  opencode: z.strictObject({ path: text.transform(noneWhenEmpty).optional() }),
  server: z.strictObject({
    mode: choice('auto', 'external').default('auto'),
    url: text
      .regex(/^$|^https?:\/\/[^\s/]/, 'must be an http or https address')
      .transform(noneWhenEmpty)
      .optional(),
    port: wholeNumber(1, 65_535).default(4096),
    /** Megabytes; 0 for no limit. */
    memoryLimit: wholeNumber(0).default(0),
  }),
  worktrees: z.strictObject({
    /** Relative to the repository; `{repo}` stands for its name. */
    directory: word.default('.worktrees'),
    setup: optionalCommand,
    provider: choice('git', 'opencode').default('git'),
  }),
  cleanup: z.strictObject({
    onSuccess: choice('remove', 'keep').default('remove'),
    onFailure: choice('keep', 'remove').default('keep'),
  }),
  /** What is kept of merged work that was removed; 0 for no limit. Unmerged work is always kept. */
  snapshots: z.strictObject({ maximumCount: wholeNumber(0).default(50), maximumDays: wholeNumber(0).default(30) }),
  validation: z.strictObject({ commands: z.array(command, { error: 'must be a list of commands' }).default([]) }),
  merge: z.strictObject({
    strategy: choice('no-ff', 'squash').default('no-ff'),
    /** How many waiting threads are checked together at most. */
    batch: wholeNumber(1, 64).default(10),
    maxAttempts: wholeNumber(0, 10).default(2),
  }),
  /** Of the agents file; none: stages are not reviewed. */
  review: z.strictObject({ agent: text.transform(noneWhenEmpty).optional() }),
  delivery: choice('onApproval', 'onCompletion', 'manual').default('onApproval'),
  recovery: choice('resume', 'ask', 'leave').default('resume'),
  /** Seconds; 0 for no limit. */
  limits: z.strictObject({
    idle: wholeNumber(0).default(600),
    attempt: wholeNumber(0).default(7200),
    setup: wholeNumber(0).default(600),
    validation: wholeNumber(0).default(1800),
  }),
  retry: z.strictObject({ maximumAttempts: wholeNumber(1, 10).default(2) }),
  /** Seconds. `limit`: for all entries together, 0 for none; `check`: between two lines about how they stand. */
  multitask: z.strictObject({
    limit: wholeNumber(0).default(7200),
    check: wholeNumber(1).default(60),
    grace: wholeNumber(0).default(10),
    clone: wholeNumber(1).default(120),
  }),
  /** Seconds that a step of each kind may take. */
  recipes: z.strictObject({ bash: wholeNumber(1).default(120), agent: wholeNumber(1).default(300) }),
  /** 0 for no limit; the cost in dollars. */
  budget: z.strictObject({ turnsPerTask: wholeNumber(0).default(0), costPerWorkstream: amount.default(0) }),
  terminal: z.strictObject({
    mode: choice('stream', 'tui').default('stream'),
    location: choice('panel', 'editor').default('panel'),
    addToPath: flag.default(true),
  }),
  permissions: choice('inherit', 'ask', 'allow').default('inherit'),
  notifications: choice('all', 'attention', 'none').default('all'),
  /** `trust`: the choice of threads that run together needs no yes. */
  ready: z.strictObject({ max: wholeNumber(1, 64).default(4), trust: flag.default(false) }),
  /** An MCP Agent Mail server where files are reserved too; naming one is the permission to talk to it. */
  agentMail: z.strictObject({
    url: text
      .regex(/^$|^https?:\/\/[^\s/]/, 'must be an http or https address')
      .transform(noneWhenEmpty)
      .optional(),
  }),
  /** Plans from elsewhere: whether what was done is written back to where they came from. */
  sources: z.strictObject({ writeBack: flag.default(true) }),
  allowedRoots: z.array(word, { error: 'must be a list of folders' }).default([]),
});

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Settings = DeepReadonly<z.infer<typeof settingsSchema>>;

/** Never taken from a repository: they say what runs on this machine and where. */
export const machineSettings: readonly string[] = [
  'work.opencode.path',
  'work.server.mode',
  'work.server.url',
  'work.server.port',
  'work.server.memoryLimit',
  'work.allowedRoots',
  'work.agentMail.url',
];

/** Taken from a repository only when its user trusts it: they run commands, leave the repository or lift guards. */
export const trustedSettings: readonly string[] = [
  'work.ready.trust',
  'work.worktrees.directory',
  'work.worktrees.setup',
  'work.validation.commands',
  'work.permissions',
];
