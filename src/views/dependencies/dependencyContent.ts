import { ancestorId } from '../../domain/ids';
import type { Translate } from '../../common/translate';
import { dependencyStages, type DependencyRow, type DependencyStage } from '../../domain/graph/dependencyStages';
import { dependencyStateOrder, dependencyStateWord, type DependencyState } from '../../domain/graph/dependencyState';
import { waitWords } from '../../domain/graph/waitWords';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { html, type Html } from '../reports/html';
import { blockedWords } from '../../domain/tree/blockedWords';
import { words } from '../reports/markdownHtml';
import { icon } from '../reports/pageIcons';
import { fold, tableHead } from '../reports/pageParts';
import { graphSvg } from './graphSvg';
import { lookOf } from './stateLook';

/** The page that shows who waits for whom, of one stage or of all, as things stand now. The same plan gives the same markup. */
export function dependencyContent(stream: Pick<WorkstreamSnapshot, 'name' | 'stages'>, only: string | undefined, t: Translate): string {
  const stages = dependencyStages(stream.stages, only);
  const states = stages.flatMap(({ rows }) => rows.map(({ state }) => state));
  const used = dependencyStateOrder.filter(state => states.includes(state));
  return html`<header class="bar">
      <div class="heading">
        <p class="kicker">${only !== undefined && html`${t('Stage {0}', only)} · `}${stream.name}</p>
        <h1>${t('Dependencies')}</h1>
      </div>
      <ul class="facts" aria-label="${t('In short')}">
        ${used.map(state => html`<li>${badge(state, `${states.filter(each => each === state).length} ${dependencyStateWord(state, t)}`)}</li>`)}
      </ul>
    </header>
    <div class="page">
      ${stages.length === 0 ? html`<p>${t('The plan has no threads yet.')}</p>` : stages.map(stage => section(stage, t))}
    </div>`.markup;
}

function section(view: DependencyStage, t: Translate): Html {
  const { stage, rows, chain, circles } = view;
  const isImplied = rows.some(({ needs }) => needs.some(({ isDeclared }) => !isDeclared));
  const content = html`${chain.length > 1 && html`<p>${t('Longest chain: {0}', chain.join(' → '))}</p>`}${circles.map(
      circle =>
        html`<p class="state red">${icon('warning')}<span class="word">${t('Waits in a circle: {0}', circle.join(' → '))}</span></p>`,
    )}
    <figure>
      ${view.levels.size > 0 && graphSvg(view, t)}
      <ul class="legend" aria-label="${t('Signs')}">
        ${chain.length > 1 && html`<li><span class="line chain"></span> ${t('longest chain')}</li>`}
        ${isImplied && html`<li><span class="line implied"></span> ${t('not in the plan: a thread that says nothing waits for the batch before its own')}</li>`}
      </ul>
    </figure>
    <div class="wide" tabindex="0" role="region" aria-label="${t('Table of the dependencies of stage {0}', stage.id)}">
      ${table(rows, t)}
    </div>`;
  return fold({ id: `stage-${stage.id}`, title: html`${t('Stage {0}', stage.id)}: ${words(stage.name)}`, level: 2 }, content);
}

function table(rows: readonly DependencyRow[], t: Translate): Html {
  const heads = [t('Level'), t('Thread'), t('State'), t('Depends on'), t('Changes')];
  return html`<table class="dependencies">
    ${tableHead(heads)}
    <tbody>
      ${rows.map(row => tableRow(row, t))}
    </tbody>
  </table>`;
}

function tableRow({ thread, level, state, waits, needs }: DependencyRow, t: Translate): Html {
  const why = reasonsOf(thread, state, waits, t);
  return html`<tr id="row-${thread.id}">
    <td class="number">${level === undefined ? '–' : level + 1}</td>
    <th scope="row">
      <button type="button" class="link" data-row="plan" data-id="${thread.id}" title="${t('Go to Plan')}">
        <span class="id">${thread.id}</span> <span class="label">${thread.name}</span>
      </button>
    </th>
    <td>${badge(state, dependencyStateWord(state, t))}${why.length > 0 && html`<div class="meta">${why.join('; ')}</div>`}</td>
    <td>${needed(needs, t)}</td>
    <td>
      ${thread.files.length === 0 && html`<span class="grey">–</span>`}${thread.files.map(file => html`<div class="path">${breakable(file)}</div>`)}
    </td>
  </tr>`;
}

function reasonsOf(thread: ThreadNode, state: DependencyState, waits: DependencyRow['waits'], t: Translate): readonly string[] {
  const { wait } = thread;
  if (wait?.kind === 'unreachable' || wait?.kind === 'held') return [wait.reason];
  if (state === 'blocked') return blockedWords(thread);
  return state === 'waiting' ? waitWords(waits, t) : [];
}

/** A path that is too long goes on in the next line behind a slash. */
const breakable = (file: string): readonly Html[] => file.split(/(?<=\/)/).map(part => html`${part}<wbr />`);

function needed(needs: DependencyRow['needs'], t: Translate): Html {
  if (needs.length === 0) return html`<span class="grey">${t('nothing')}</span>`;
  const declared = needs.flatMap(({ thread, isDeclared }) => (isDeclared ? [thread] : []));
  const batches = new Set(needs.flatMap(({ thread, isDeclared }) => (isDeclared ? [] : [ancestorId(thread, 'batch')])));
  return html`${declared.length > 0 && html`<span class="id">${declared.join(', ')}</span>`}${[...batches].map(
    batch => html`<span class="grey">${t('all of batch {0}, as it says nothing', batch)}</span>`,
  )}`;
}

function badge(state: DependencyState, word: string): Html {
  const { shape, colour } = lookOf(state);
  return html`<span class="state ${colour}">${icon(shape)}<span class="word">${word}</span></span>`;
}
