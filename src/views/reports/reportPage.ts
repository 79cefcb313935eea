import { escapeHtml } from '../../common/text';

export type ReportPage = {
  /** What stands in the body, as markup. */
  readonly content: string;
  readonly title: string;
  readonly nonce: string;
  readonly cspSource: string;
  /** Addresses of the page's own style and script. */
  readonly style: string;
  readonly script: string;
  readonly language: string;
  /** What the page keeps for its return after a reload. */
  readonly keep?: object;
};

/** The whole page, with a policy that lets nothing in but its own style and script. */
export function reportPage({ content, title, nonce, cspSource, style, script, language, keep }: ReportPage): string {
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
<main id="report"${keep ? ` data-keep="${escapeHtml(JSON.stringify(keep))}"` : ''}>${content}</main>
<p id="said" role="status"></p>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}
