import { Lexer, type MarkedToken, type Token } from 'marked';

/** A top-level block of a Markdown file with the 1-based line it starts on. Tables, quotes and HTML are left out: no format of `work/` reads them. */
export type MarkdownBlock =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string; readonly line: number }
  | { readonly kind: 'paragraph'; readonly text: string; readonly line: number }
  | { readonly kind: 'code'; readonly text: string; readonly language: string; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly MarkdownItem[]; readonly line: number };

/** `checked` is undefined for an item without a box. Nested items are part of `text`. */
export type MarkdownItem = { readonly text: string; readonly checked: boolean | undefined; readonly line: number };

export type MarkdownBlocks = { readonly blocks: readonly MarkdownBlock[]; readonly failure: string | undefined };

/** Text as editors count its lines: without byte order mark, every line ended by one `\n`. */
export function normalizeLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** Never throws: text that exhausts the Markdown reader (thousands of nested quotes) is a `failure`, a sentence. */
export function readMarkdown(text: string): MarkdownBlocks {
  try {
    // Block tokens are enough: headings and paragraphs are read as they are written, without their inline formatting.
    return { blocks: [...withLines(new Lexer().blockTokens(normalizeLines(text), []))], failure: undefined };
  } catch {
    return { blocks: [], failure: 'The file cannot be read as Markdown: it is nested too deeply.' };
  }
}

function* withLines(tokens: readonly Token[]): Generator<MarkdownBlock> {
  let line = 1;
  for (const token of tokens) {
    const block = toBlock(token as MarkedToken, line);
    if (block) yield block;
    line += newlines(token.raw);
  }
}

function toBlock(token: MarkedToken, line: number): MarkdownBlock | undefined {
  switch (token.type) {
    case 'heading':
      return { kind: 'heading', depth: token.depth, text: token.text, line };
    case 'paragraph':
    case 'text':
      return { kind: 'paragraph', text: token.text, line };
    case 'code':
      return { kind: 'code', text: token.text, language: token.lang ?? '', line };
    case 'list': {
      let itemLine = line;
      const items = token.items.map(item => {
        const start = itemLine;
        itemLine += newlines(item.raw);
        return { text: item.text.trim(), checked: item.task ? item.checked === true : undefined, line: start };
      });
      return { kind: 'list', items, line };
    }
    default:
      return undefined;
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
