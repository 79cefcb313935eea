import { oneLine, truncate } from '../../common/text';
import { isWithin, levelOf, normalizeId } from '../ids';

/**
 * What an agent says that leaves its task in order because it cannot finish it (*Safe Exit*): its last commit is
 * `blocked(<id>): <reason>`. Undefined for any other commit, and for one that names another task of the plan; ids of other formats
 * (`auth/setup`) are taken for the task's own. `message`: the whole message of the commit.
 */
export function safeExitReason(message: string, task: string): string | undefined {
  const [subject = '', ...rest] = message.split('\n');
  const [, id, said] = /^blocked\(([^()]+)\):\s*(\S.*)$/i.exec(oneLine(subject)) ?? [];
  if (id === undefined || said === undefined || !means(id.trim(), task)) return undefined;
  const more = oneLine(withoutTrailers(rest.join('\n').trim()));
  const sentence = more === '' ? said : `${said.replace(/\.?$/, '.')} ${more}`;
  return truncate(sentence, 600);
}

/** The task itself, its thread, its batch; or an id that is none of a plan, as a plain number is an issue's. */
function means(id: string, task: string): boolean {
  const known = normalizeId(id);
  return known === undefined || levelOf(known) === 'stage' || isWithin(task, known);
}

/** The last paragraph is not said by anybody when all its lines are trailers. */
function withoutTrailers(body: string): string {
  const paragraphs = body.split(/\n\s*\n/);
  const last = paragraphs.at(-1) ?? '';
  const isTrailers = last.split('\n').every(line => /^[A-Za-z][A-Za-z0-9-]*: \S/.test(line));
  return (isTrailers ? paragraphs.slice(0, -1) : paragraphs).join('\n\n');
}
