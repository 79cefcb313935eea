import { oneLine } from '../../../common/text';
import { textsOf, valueOf, type FrontMatter } from './frontMatter';
import { filledText, isNamed, isSummary, sectionsOf, type BodySection } from './taskBody';

/** What an agent is told of a task; `title` is its own heading, when its text begins with one. */
export type TaskDescription = { readonly title: string; readonly summary: string; readonly details: string };

const isDescription = isNamed('description', 'overview', 'context', 'goal', 'objective');

/** What of the front matter tells something about the work, in the order in which it is said. */
const facts = ['scope', 'risk', 'impact', 'level', 'priority', 'tags', 'due'] as const;

/**
 * A task's text without headings: each becomes a line in bold letters, so that acceptance criteria and references stay as they are
 * written. The first paragraph is the summary; parts that still wait to be filled in, and what was reported, are left out.
 */
export function describeTask(text: string, frontMatter: FrontMatter): TaskDescription {
  const sections = sectionsOf(text, frontMatter.bodyStart)
    .filter(section => !isSummary(section))
    .map(section => ({ section, text: filledText(text, section) }));
  const title = ownTitle(sections.map(({ section }) => section));
  const described =
    sections.find(({ section, text: said }) => isDescription(section) && said !== '') ?? sections.find(({ text: said }) => said !== '');
  const [first = '', ...rest] = (described?.text ?? '').split(/\n[ \t]*\n/);
  const summary = isProse(first) ? oneLine(first) : '';
  const parts = sections.flatMap(({ section, text: said }) => {
    const left = section === described?.section && summary !== '' ? rest.join('\n\n').trim() : said;
    if (left === '') return [];
    const heading = section.depth === 0 || isDescription(section) || section.title === title ? [] : [`**${oneLine(section.title)}**`];
    return [...heading, left];
  });
  return { title, summary, details: [...factLines(frontMatter), ...parts].join('\n\n') };
}

/** A first heading of the highest rank that is no name of a part. */
function ownTitle(sections: readonly BodySection[]): string {
  const first = sections.find(({ depth }) => depth > 0);
  return first?.depth === 1 && !isDescription(first) ? oneLine(first.title) : '';
}

const isProse = (paragraph: string) => !/^\s*(?:[-*+>|]\s|\d+[.)]\s|```|~~~|\||<|!\[)/.test(paragraph) && paragraph.trim() !== '';

function factLines(frontMatter: FrontMatter): readonly string[] {
  const said = facts.flatMap(name => {
    const texts = textsOf(valueOf(frontMatter, name), frontMatter);
    if ('wrong' in texts || texts.length === 0) return [];
    return [`- ${name.charAt(0).toUpperCase()}${name.slice(1)}: ${texts.map(({ text }) => oneLine(text)).join(', ')}`];
  });
  return said.length === 0 ? [] : [said.join('\n')];
}
