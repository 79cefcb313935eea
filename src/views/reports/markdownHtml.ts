import { Marked, type Tokens } from 'marked';
import { escapeHtml, oneLine, stripControl } from '../../common/text';
import { Html } from './html';

const states: Readonly<Record<string, readonly [className: string, word: string]>> = {
  '✓': ['done', 'completed'],
  '◐': ['running', 'in progress'],
  '○': ['pending', 'pending'],
  '✗': ['blocked', 'blocked'],
  '−': ['cancelled', 'cancelled'],
};

/** Markdown as HTML that only says what the text says: markup in it is shown, not obeyed, and only web addresses are links. */
const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text, block }: Tokens.HTML | Tokens.Tag) => (block ? `<p>${escapeHtml(text)}</p>` : escapeHtml(text)),
    image: ({ text }: Tokens.Image) => escapeHtml(text),
    link({ href, tokens }: Tokens.Link) {
      const text = this.parser.parseInline(tokens);
      return /^https?:\/\//i.test(href) ? `<a href="${escapeHtml(href)}">${text}</a>` : text;
    },
    text(token: Tokens.Text | Tokens.Escape) {
      if ('tokens' in token && token.tokens) return this.parser.parseInline(token.tokens);
      return withState(escapeHtml(token.text));
    },
  },
});

/** One line of somebody's words with its inline Markdown. */
export function words(text: string): Html {
  return new Html(marked.parseInline(oneLine(text), { async: false }));
}

/** Somebody's words with their paragraphs and lists; a heading in them is no heading of the page. */
export function paragraphs(text: string): Html {
  const tokens = marked.lexer(stripControl(text).trim());
  return new Html(
    tokens
      .map(token => {
        if (token.type !== 'heading') return marked.parser([token]);
        const { tokens: inner, text: plain } = token as Tokens.Heading;
        return marked.parser([{ type: 'paragraph', raw: plain, text: plain, tokens: inner }]);
      })
      .join(''),
  );
}

/** A whole document: every section below the title can be folded at its heading. */
export function documentHtml(markdown: string): string {
  const open: number[] = [];
  const parts: string[] = [];
  const closeTo = (depth: number) => {
    while ((open.at(-1) ?? 0) >= depth) {
      open.pop();
      parts.push('</div></details>');
    }
  };
  const used = new Map<string, number>();
  for (const token of marked.lexer(markdown)) {
    if (token.type !== 'heading') {
      parts.push(marked.parser([token]));
      continue;
    }
    const { depth, tokens, text } = token as Tokens.Heading;
    const title = marked.parser([{ type: 'paragraph', raw: text, text, tokens }]).replace(/^<p>|<\/p>\s*$/g, '');
    if (depth === 1) {
      closeTo(1);
      parts.push(`<h1>${title}</h1>`);
      continue;
    }
    closeTo(depth);
    open.push(depth);
    const id = anchor(text, used);
    parts.push(`<details open id="fold-${id}"><summary><h${depth} id="${id}">${title}</h${depth}></summary><div class="section">`);
  }
  closeTo(1);
  return `<div class="document">${parts.join('')}</div>`;
}

function withState(text: string): string {
  const [icon = ''] = text;
  const state = text.charAt(1) === ' ' ? states[icon] : undefined;
  return state ? `<span class="state ${state[0]}" role="img" aria-label="${state[1]}">${icon}</span>${text.slice(1)}` : text;
}

function anchor(text: string, used: Map<string, number>): string {
  const base =
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'section';
  const count = used.get(base) ?? 0;
  used.set(base, count + 1);
  return count === 0 ? base : `${base}-${count}`;
}
