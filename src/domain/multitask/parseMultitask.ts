import type { MultitaskReading } from './multitaskConfig';
import { readMultitaskJson } from './readMultitaskJson';
import { readMultitaskList } from './readMultitaskList';

/** Reads a multitask config: a JSON array, or (in a file that ends with `.md`) a list in Markdown. Never throws. `file`: relative, with `/`. */
export function parseMultitask(text: string, file: string): MultitaskReading {
  return /\.md$/i.test(file) ? readMultitaskList(text, file) : readMultitaskJson(text, file);
}
