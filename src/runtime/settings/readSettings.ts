import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { environmentName, parseSettings, settingFromText, settingNames, type ParsedSettings } from '../../domain/settings/parseSettings';
import { machineSettings, trustedSettings } from '../../domain/settings/settings';

export type SettingSources = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By full name, from the command line. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Whether commands that the repository's own settings name may run. */
  readonly trusted?: boolean;
};

type Source = { readonly values: Readonly<Record<string, unknown>>; readonly problems: readonly string[] };

/**
 * The settings of a program without a window: `work.*` of the repository's `.vscode/settings.json`, over them `WORK_*`
 * variables, over them flags. What must not come from a repository is left out of the first, with a sentence. Never throws.
 */
export async function readSettings(root: string, { environment, flags = {}, trusted = false }: SettingSources): Promise<ParsedSettings> {
  const file = allowed(await readFileSettings(root), trusted);
  const variables = readEnvironment(environment);
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const origins = Object.fromEntries(
    Object.keys(variables).flatMap(name => (Object.hasOwn(given, name) ? [] : [[name, environmentName(name)]])),
  );
  const { settings, problems } = parseSettings({ ...file.values, ...variables, ...given }, origins);
  return { settings, problems: [...file.problems, ...problems] };
}

const settingsFile = path.join('.vscode', 'settings.json');

async function readFileSettings(root: string): Promise<Source> {
  let text: string;
  try {
    text = await readFile(path.join(root, settingsFile), 'utf8');
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return { values: {}, problems: absent ? [] : [`${settingsFile} cannot be read, so nothing is taken from it: ${String(error)}`] };
  }
  return parseFile(text.replace(/^\uFEFF/, ''));
}

function parseFile(text: string): Source {
  if (text.trim() === '') return { values: {}, problems: [] };
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    const before = text.slice(0, error.offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    return {
      values: {},
      problems: [`${settingsFile} is not valid (${place}: ${printParseErrorCode(error.error)}), so nothing is taken from it.`],
    };
  }
  const entries = typeof content === 'object' && content !== null ? Object.entries(content as Record<string, unknown>) : [];
  return { values: Object.fromEntries(entries.filter(([name]) => name.startsWith('work.'))), problems: [] };
}

function allowed({ values, problems }: Source, trusted: boolean): Source {
  const refused = Object.keys(values).filter(name => machineSettings.includes(name) || (!trusted && trustedSettings.includes(name)));
  return {
    values: Object.fromEntries(Object.entries(values).filter(([name]) => !refused.includes(name))),
    problems: [
      ...problems,
      ...refused.map(
        name => `${name} of ${settingsFile} is not used: a repository may not decide it. Set ${environmentName(name)} instead.`,
      ),
    ],
  };
}

function readEnvironment(environment: SettingSources['environment']): Record<string, unknown> {
  return Object.fromEntries(
    settingNames.flatMap(name => {
      const text = environment[environmentName(name)];
      return text === undefined || text === '' ? [] : [[name, settingFromText(name, text)]];
    }),
  );
}
