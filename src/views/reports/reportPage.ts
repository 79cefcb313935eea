import { Marked, type Tokens } from 'marked';
import { escapeHtml } from '../../common/text';

export type ReportPage = {
  /** The body, as `reportHtml` made it. */
  readonly html: string;
  readonly title: string;
  readonly nonce: string;
  readonly cspSource: string;
  /** Addresses of the page's own style and script. */
  readonly style: string;
  readonly script: string;
  readonly language: string;
};

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
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
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

/** The report's body: every section below the title can be folded at its heading. */
export function reportHtml(markdown: string): string {
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
    parts.push(`<details open><summary><h${depth} id="${anchor(text, used)}">${title}</h${depth}></summary><div class="section">`);
  }
  closeTo(1);
  return parts.join('');
}

/** The whole page, with a policy that lets nothing in but its own style and script. */
export function reportPage({ html, title, nonce, cspSource, style, script, language }: ReportPage): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<main id="report">${html}</main>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
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
