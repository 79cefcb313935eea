import path from 'node:path';
import { parse } from 'jsonc-parser';
import * as z from 'zod';
import type { SetupFacts } from '../../domain/setup/setupFacts';
import { readText } from '../files/readText';
import { absent, found } from './probe';

/** Where opencode reads tool servers from, in a repository. */
const files = ['.opencode/opencode.json', '.opencode/opencode.jsonc', 'opencode.json', 'opencode.jsonc'];
const server = z.object({ url: z.string(), enabled: z.boolean().optional() });
const schema = z.object({ mcp: z.record(z.string(), z.unknown()).optional() });
const limit = 3000;

/**
 * The MCP Agent Mail server: the one that the settings name, which runs use; else that of the repository's opencode configuration, of
 * which only an address of this machine is asked.
 */
export async function findAgentMail(root: string, setting: string | undefined, signal: AbortSignal): Promise<SetupFacts['agentMail']> {
  if (setting !== undefined) return found({ url: setting, answers: await answers(setting, signal) });
  for (const name of files) {
    const read = await readText(path.join(root, ...name.split('/')));
    const url = read.kind === 'ok' ? mailUrl(read.text) : undefined;
    if (url === undefined) continue;
    if (!isLocal(url)) return { kind: 'unknown', why: `${url} is not on this machine, and was not asked` };
    return found({ url, answers: await answers(url, signal) });
  }
  return absent();
}

/** The address of the entry of `mcp` that is Agent Mail, in the text of an opencode configuration. */
export function mailUrl(text: string): string | undefined {
  const { mcp = {} } = schema.safeParse(parse(text)).data ?? {};
  for (const [name, entry] of Object.entries(mcp)) {
    const { data } = server.safeParse(entry);
    if (/agent[-_ ]?mail/i.test(name) && data && data.enabled !== false) return data.url;
  }
  return undefined;
}

function isLocal(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Any answer is one: what it says needs a token. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'GET', redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(limit)]) });
    await response.body?.cancel();
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
