import type { MarkdownBlock } from './markdownBlocks';

/**
 * The commands of a plan's `## Validation`: each item of its lists and each line of its code blocks, as typed into a shell; an
 * item may stand in back-ticks, a line that begins with # is a comment. Prose between them is for readers.
 */
export function validationCommands(blocks: readonly MarkdownBlock[]): readonly string[] {
  return blocks.flatMap(commandsOf).filter(command => command !== '');
}

function commandsOf(block: MarkdownBlock): readonly string[] {
  switch (block.kind) {
    case 'list':
      return block.items.map(({ text }) => (/^(`+)(?!`)([^`][^]*[^`]|[^`])\1$/.exec(text)?.[2] ?? text).trim());
    case 'code':
      return block.text.split('\n').flatMap(line => (line.trimStart().startsWith('#') ? [] : [line.trim()]));
    case 'heading':
    case 'paragraph':
      return [];
  }
}
