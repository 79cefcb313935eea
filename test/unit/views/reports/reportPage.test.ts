import assert from 'node:assert/strict';
import { documentHtml } from '../../../../src/views/reports/markdownHtml';
import { reportPage } from '../../../../src/views/reports/reportPage';

describe('A report as a page', () => {
  it('folds every section below the title under its heading', () => {
    const html = documentHtml(
      '# Stage Report: A\n\nIntro\n\n## Summary\n\nShort.\n\n### Batch 01: B\n\nText\n\n## Metrics\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    );
    assert.match(html, /<h1>Stage Report: A<\/h1>/);
    assert.equal(html.match(/<details open id="fold-/g)?.length, 3);
    assert.match(html, /<summary><h2 id="summary">Summary<\/h2><\/summary>/);
    assert.match(html, /<table>/);
    assert.equal(html.match(/<details/g)?.length, html.match(/<\/details>/g)?.length);
  });

  it('shows markup in a report as text', () => {
    const html = documentHtml(
      '# A\n\n- ✓ Task <script>alert(1)</script>\n  > <img src=x onerror=alert(1)>\n\n<iframe src="https://example.com"></iframe>\n',
    );
    assert.doesNotMatch(html, /<(script|img|iframe)/);
    assert.match(html, /&lt;script&gt;/);
  });

  it('opens no address but web pages and files of the report’s own folder', () => {
    const html = documentHtml(
      '[a](command:work.approveStage) [b](javascript:alert(1)) [c](https://example.com) ![d](https://example.com/x.png)',
    );
    assert.doesNotMatch(html, /command:|javascript:|<img/);
    assert.match(html, /href="https:\/\/example.com"/);
  });

  it('gives each state an icon with a word for those who do not see it', () => {
    const html = documentHtml('- ✓ Done\n- ✗ Stuck\n- ○ Waiting\n');
    assert.match(html, /<span class="state done" role="img" aria-label="completed">✓<\/span> Done/);
    assert.match(html, /aria-label="blocked">✗</);
  });

  it('allows scripts and styles by nonce and from the extension only', () => {
    const page = reportPage({
      content: '<p>x</p>',
      title: 'A & B',
      nonce: 'n0nce',
      cspSource: 'vscode-webview:',
      style: 's.css',
      script: 's.js',
      language: 'en',
    });
    assert.match(page, /default-src 'none'; style-src vscode-webview:; script-src 'nonce-n0nce'/);
    assert.match(page, /<title>A &amp; B<\/title>/);
    assert.doesNotMatch(page, /unsafe-inline|style="/);
  });
});
