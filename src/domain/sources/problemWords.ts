import { oneLine } from '../../common/text';
import type { SourceProblem } from './importedPlan';

/** `tasks.md:12: …`, as terminals and problem matchers understand it. */
export function problemLine({ message, at }: SourceProblem): string {
  const column = at?.column === undefined ? '' : `:${at.column}`;
  const place = at ? `${oneLine(at.file)}:${at.line}${column}: ` : '';
  return `${place}${oneLine(message)}`;
}
