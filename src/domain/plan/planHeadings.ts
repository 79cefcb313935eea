/** The headings that give a plan its levels. A number is read as an int: `Stage 1` and `Stage 01` are the same stage. */
export type PlanHeading = { readonly number: number; readonly name: string };
export type ThreadHeading = PlanHeading & { readonly agent: string | undefined };

/** Ids have room for numbers as people write them; more digits are a slip, and would not survive as an id. */
const largestNumber = 9999;

export const parsePlanTitle = (text: string) => /^Plan:\s*(.+)$/i.exec(text)?.[1]?.trim();
export const parseStageHeading = (text: string) => numbered(/^Stage\s+(\d+):\s*(.*)$/i.exec(text));
export const parseBatchHeading = (text: string) => numbered(/^Batch\s+(\d{1,2}):\s*(.*)$/i.exec(text));

/** Takes `@agent:name` off the end of the name; an empty one names nobody. */
export function parseThreadHeading(text: string): ThreadHeading | undefined {
  const heading = numbered(/^Thread\s+(\d+):\s*(.*)$/i.exec(text));
  if (!heading) return undefined;
  const mention = /(?:^|\s+)@agent:([a-zA-Z0-9_-]*)\s*$/i.exec(heading.name);
  if (!mention) return { ...heading, agent: undefined };
  return { number: heading.number, name: heading.name.slice(0, mention.index), agent: mention[1] === '' ? undefined : mention[1] };
}

/** A name that the template put there, or none. */
export const isPlaceholder = (name: string) => name.trim() === '' || name.includes('<!--');

function numbered(match: RegExpExecArray | null): PlanHeading | undefined {
  const number = Number(match?.[1]);
  return match && number <= largestNumber ? { number, name: (match[2] ?? '').trim() } : undefined;
}
