import { shellCommands, type ShellCommand } from './shellCommands';

/** One call of git inside a shell line: `git -C x push origin` → `{ subcommand: 'push', words: ['origin'] }`. */
export type GitCommand = { readonly subcommand: string; readonly words: readonly string[] };

const keywords = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', '}', 'coproc']);
/** Commands that run another one, with those of their options that take a value. */
const wrappers: Readonly<Record<string, RegExp>> = {
  builtin: /^$/,
  command: /^$/,
  doas: /^-[uC]$/,
  env: /^(-[uC]|--unset|--chdir)$/,
  exec: /^-a$/,
  ionice: /^-[cnpPu]$/,
  nice: /^(-n|--adjustment)$/,
  nohup: /^$/,
  setsid: /^$/,
  stdbuf: /^-[ioe]$/,
  sudo: /^-[ugpCrtTUDRh]$/,
  time: /^-[fo]$/,
  timeout: /^(-[ks]|--kill-after|--signal)$/,
  xargs: /^-[InPLdsaE]$/,
};
const shells = /^(ba|da|z|k|a)?sh$/;
const gitOptionsWithValue = /^(-[Cc]|--(git-dir|work-tree|namespace|super-prefix|config-env|attr-source|exec-path))$/;

/** Every call of git that a shell line would make, also behind `env`, `sudo` and the like, or in `bash -c`. */
export function gitCommands(line: string): readonly GitCommand[] {
  return shellCommands(line).flatMap(words => unwrap(words));
}

function unwrap(words: ShellCommand): readonly GitCommand[] {
  const start = words.findIndex(word => !keywords.has(word) && !isAssignment(word));
  const [command, ...rest] = start < 0 ? [] : words.slice(start);
  if (command === undefined) return [];
  const name = baseName(command);
  if (name === 'git') return toGitCommand(rest);
  if (name === 'eval') return gitCommands(rest.join(' '));
  if (shells.test(name)) return inShell(rest);
  if (name === 'find') return afterExec(rest);
  const valueOption = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (!valueOption) return [];
  if (name === 'env') {
    const split = rest.findIndex(word => word === '-S' || word === '--split-string');
    if (split >= 0) return gitCommands(rest.slice(split + 1).join(' '));
  }
  return unwrap(withoutOptions(rest, valueOption, name === 'timeout' ? 1 : 0));
}

function withoutOptions(words: ShellCommand, valueOption: RegExp, positionals: number): ShellCommand {
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      index++;
      break;
    }
    if (valueOption.test(word)) index++;
    else if (!word.startsWith('-')) break;
  }
  return words.slice(index + positionals);
}

/** `bash -c "…"`, and `bash -lc "…"`. */
function inShell(words: ShellCommand): readonly GitCommand[] {
  const option = words.findIndex(word => /^-[a-z]*c$/.test(word));
  return option < 0 ? [] : gitCommands(words[option + 1] ?? '');
}

function afterExec(words: ShellCommand): readonly GitCommand[] {
  return words.flatMap((word, index) => (/^-(exec|execdir|ok|okdir)$/.test(word) ? unwrap(words.slice(index + 1)) : []));
}

function toGitCommand(words: readonly string[]): readonly GitCommand[] {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (gitOptionsWithValue.test(word)) index++;
    else if (!word.startsWith('-')) return [{ subcommand: word, words: words.slice(index + 1) }];
  }
  return [];
}

const isAssignment = (word: string) => /^[A-Za-z_]\w*\+?=/.test(word);

const baseName = (command: string) => (command.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.(exe|cmd)$/, '');
