import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with a page for people who do not see it well or use no mouse: `<rule>: <element>`. */
export async function accessibilityViolations(page: Frame): Promise<readonly string[]> {
  await page.evaluate(`${axe}; undefined`);
  return page.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 120) + ' ' + failureSummary)))`,
  );
}

/** Puts an inline script, a handler in an attribute and a script from elsewhere into the page; returns the names of those that ran. */
export async function injectedScriptsThatRan(page: Frame): Promise<readonly string[]> {
  return page.evaluate<string[]>(
    `new Promise(resolve => {
       window.ran = [];
       const refused = new Set();
       const waiting = ['script-src-elem inline', 'script-src-attr inline', 'script-src-elem data'];
       const done = () => { if (refused.size + window.ran.length >= waiting.length) resolve(window.ran); };
       document.addEventListener('securitypolicyviolation', event => {
         if (!event.effectiveDirective.startsWith('script-src')) return;
         refused.add(event.effectiveDirective + ' ' + event.blockedURI);
         done();
       });
       const add = (name, change) => {
         const script = document.createElement('script');
         change(script, 'window.ran.push("' + name + '")');
         document.body.append(script);
       };
       add('inline script', (script, code) => (script.textContent = code));
       add('script from elsewhere', (script, code) => (script.src = 'data:text/javascript,' + code));
       const button = document.createElement('button');
       button.setAttribute('onclick', 'window.ran.push("handler")');
       document.body.append(button);
       button.click();
       button.remove();
       done();
     })`,
  );
}
