/**
 * What the scripted model does, one turn after the other. As text, for script files and for prompts:
 *
 *     [[say That is all.]]                       one line: a verb, its argument, `]]` at the end of the line
 *     [[write src/a.js                           or a block: the lines up to one that is exactly `]]`
 *     export const a = [[1]];                    (a content line `\]]` stands for `]]`)
 *     ]]
 *
 * Everything outside of directives is commentary. `write`, `edit`, `bash`, `tool`, `say`, `stream` and `hang` each make
 * one turn; the others change the turn that follows them.
 */
export type Action =
  | { readonly verb: 'call'; readonly tool: string; readonly input: unknown }
  | { readonly verb: 'say'; readonly text: string }
  /** Every chunk waits for a release. */
  | { readonly verb: 'stream'; readonly chunks: readonly string[] }
  /** Holds the connection open until the other side closes it. */
  | { readonly verb: 'hang' };

export type Usage = {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cached?: number | undefined;
  readonly reasoning?: number | undefined;
};
export type Failure = { readonly status: number; readonly times: number; readonly message: string; readonly wait?: number };

export type Turn = {
  /** Answered before the turn is played: the failures in order, each as often as it says. */
  readonly failures: readonly Failure[];
  /** Not answered until this many requests wait at a barrier. */
  readonly barrier: number | undefined;
  /** Not answered until a release. */
  readonly gate: boolean;
  /** Milliseconds before each chunk of a stream, which then waits for no release. */
  readonly pace: number | undefined;
  readonly reasoning: string;
  /** Said in the same turn, before the call. */
  readonly preface: string;
  readonly usage: Usage;
  readonly action: Action;
};

type Parsed = { readonly verb: string; readonly argument: string; readonly block: readonly string[] | undefined; readonly line: number };

const verbs = [
  'write',
  'edit',
  'bash',
  'tool',
  'say',
  'stream',
  'hang',
  'status',
  'barrier',
  'gate',
  'pace',
  'think',
  'tell',
  'usage',
] as const;
type Verb = (typeof verbs)[number];
const isVerb = (text: string): text is Verb => verbs.some(verb => verb === text);
const opening = /^\[\[([a-z]+)(?:[ \t]+(.*))?$/;
const oneLine = /^\[\[([a-z]+)(?:[ \t]+(.*?))?[ \t]*\]\]$/;

export class DirectiveError extends Error {
  override readonly name = 'DirectiveError';
}

const plain = { failures: [], barrier: undefined, gate: false, pace: undefined, reasoning: '', preface: '', usage: {} } as const;

/** A turn that says one text. */
export const saying = (text: string): Turn => ({ ...plain, action: { verb: 'say', text } });

/**
 * The turns of a script. In `prompt` mode unknown verbs are text like any other; in a script file they are mistakes.
 * @throws {DirectiveError} with the line that is wrong.
 */
export function parseTurns(text: string, mode: 'script' | 'prompt' = 'script'): readonly Turn[] {
  const turns: Turn[] = [];
  let next: Omit<Turn, 'action'> = plain;
  for (const directive of split(text, mode)) {
    const action = toAction(directive);
    if (action) {
      turns.push({ ...next, action });
      next = plain;
    } else {
      next = modify(next, directive);
    }
  }
  if (next !== plain) turns.push({ ...next, action: { verb: 'say', text: '' } });
  return turns;
}

function split(text: string, mode: 'script' | 'prompt'): readonly Parsed[] {
  const lines = text.split(/\r?\n/);
  const found: Parsed[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const single = oneLine.exec(line);
    const open = single ?? opening.exec(line);
    if (!open) continue;
    const [, verb = '', argument = ''] = open;
    if (!isVerb(verb)) {
      if (mode === 'prompt') continue;
      throw new DirectiveError(`line ${index + 1}: there is no directive "${verb}"; there are ${verbs.join(', ')}`);
    }
    if (single) {
      found.push({ verb, argument, block: undefined, line: index + 1 });
      continue;
    }
    const end = lines.indexOf(']]', index + 1);
    if (end < 0) {
      if (mode === 'prompt') continue;
      throw new DirectiveError(`line ${index + 1}: the block of "${verb}" has no line that is exactly "]]"`);
    }
    const block = lines.slice(index + 1, end).map(content => (/^\\+\]\]$/.test(content) ? content.slice(1) : content));
    found.push({ verb, argument: argument.trim(), block, line: index + 1 });
    index = end;
  }
  return found;
}

function toAction(directive: Parsed): Action | undefined {
  const { verb, argument, block, line } = directive;
  switch (verb) {
    case 'write': {
      const [filePath, content] = block ? [argument, block.join('\n')] : cutAt(argument, '|', line);
      return { verb: 'call', tool: 'write', input: { filePath, content: content === '' ? '' : `${content}\n` } };
    }
    case 'edit': {
      const [filePath, change] = block ? [argument, block.join('\n')] : cutAt(argument, '|', line);
      const [oldString, newString] = block ? halves(block, line) : cutAt(change, '=>', line);
      return { verb: 'call', tool: 'edit', input: { filePath, oldString, newString } };
    }
    case 'bash': {
      const command = textOf(directive);
      return { verb: 'call', tool: 'bash', input: { command, description: 'Runs a command of the script' } };
    }
    case 'tool': {
      const [, tool = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(argument) ?? [];
      return { verb: 'call', tool, input: parseJson(block ? block.join('\n') : rest, line) };
    }
    case 'say':
      return { verb: 'say', text: textOf(directive) };
    case 'stream':
      return { verb: 'stream', chunks: block ? block.map(chunk => `${chunk}\n`) : argument.split('|') };
    case 'hang':
      return { verb: 'hang' };
    default:
      return undefined;
  }
}

function modify(turn: Omit<Turn, 'action'>, directive: Parsed): Omit<Turn, 'action'> {
  const { verb, argument, line } = directive;
  switch (verb) {
    case 'status': {
      const [, status, times, wait, message] = /^(\d{3})(?:[ \t]+(\d+))?(?:[ \t]+wait=(\d+))?[ \t]*(?:\|(.*))?$/.exec(argument) ?? [];
      if (status === undefined) throw new DirectiveError(`line ${line}: "status" wants a number, as in [[status 429 2 | slow down]]`);
      const failure = {
        status: Number(status),
        times: times === undefined ? Infinity : Number(times),
        message: message?.trim() ?? `scripted failure ${status}`,
        ...(wait === undefined ? {} : { wait: Number(wait) }),
      };
      return { ...turn, failures: [...turn.failures, failure] };
    }
    case 'barrier':
      return { ...turn, barrier: Number(argument) };
    case 'gate':
      return { ...turn, gate: true };
    case 'pace':
      return { ...turn, pace: Number(argument) };
    case 'think':
      return { ...turn, reasoning: textOf(directive) };
    case 'tell':
      return { ...turn, preface: textOf(directive) };
    default: {
      const numbers = Object.fromEntries([...argument.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', value]) => [name, Number(value)]));
      return { ...turn, usage: numbers };
    }
  }
}

const textOf = ({ argument, block }: Parsed) => (block ? block.join('\n') : argument);

function cutAt(text: string, mark: string, line: number): readonly [string, string] {
  const cut = text.indexOf(mark);
  if (cut < 0) throw new DirectiveError(`line ${line}: a "${mark}" is missing`);
  return [text.slice(0, cut).trim(), text.slice(cut + mark.length).replace(/^ /, '')];
}

function halves(block: readonly string[], line: number): readonly [string, string] {
  const cut = block.indexOf('=======');
  if (cut < 0) throw new DirectiveError(`line ${line}: an edit wants the old text, a line "=======", and the new text`);
  return [block.slice(0, cut).join('\n'), block.slice(cut + 1).join('\n')];
}

function parseJson(text: string, line: number): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new DirectiveError(`line ${line}: the tool's input is not JSON: ${String(error)}`);
  }
}
