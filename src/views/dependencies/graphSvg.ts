import type { Translate } from '../../common/translate';
import { oneLine } from '../../common/text';
import type { DependencyRow, DependencyStage } from '../../domain/graph/dependencyStages';
import { dependencyStateWord } from '../../domain/graph/dependencyState';
import { drawnEdges } from '../../domain/graph/drawnEdges';
import { graphPicture, nodeSize, type PictureLine, type Point } from '../../domain/graph/graphPicture';
import { html, type Html } from '../reports/html';
import { shapeAtOrigin } from '../reports/pageIcons';
import { lookOf } from './stateLook';

/** Threads as boxes, a column for each level, and what they wait for as lines from the left. The table beside it says the same. */
export function graphSvg({ stage, rows, dependencies, levels, chain }: DependencyStage, t: Translate): Html {
  const picture = graphPicture(levels, drawnEdges(dependencies, levels));
  const links = new Set(chain.slice(1).map((id, index) => `${chain[index]} ${id}`));
  const nodes = rows.flatMap(row => {
    const place = picture.nodes.get(row.thread.id);
    return place ? [node(row, place, t)] : [];
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label="${t('Picture of the dependencies of stage {0}', stage.id)}">
    <svg
      class="graph"
      width="${picture.width}"
      height="${picture.height}"
      role="img"
      aria-label="${t('Who waits for whom in stage {0}, from the left to the right; the table says the same.', stage.id)}"
    >
      ${picture.lines.map(line => drawnLine(line, links))}${picture.joints.map(({ x, y }) => html`<circle class="joint" cx="${x}" cy="${y}" r="2.5" />`)}${nodes}
    </svg>
  </div>`;
}

function node({ thread, state }: DependencyRow, { x, y }: Point, t: Translate): Html {
  const { shape, colour } = lookOf(state);
  const { width, height } = nodeSize;
  const name = oneLine(thread.name);
  return html`<g class="node ${state}" transform="translate(${x} ${y})" data-row="plan" data-id="${thread.id}" data-thread="${thread.id}">
    <title>${thread.id} ${name}: ${dependencyStateWord(state, t)}</title>
    <rect width="${width}" height="${height}" rx="4" />
    <g class="${colour}" transform="translate(16 ${height / 2})">${shapeAtOrigin(shape)}</g>
    <foreignObject x="30" y="0" width="${width - 34}" height="${height}">
      <div class="node-text"><span class="id">${thread.id}</span><span class="node-name">${name}</span></div>
    </foreignObject>
  </g>`;
}

function drawnLine({ from, to, isDeclared, points }: PictureLine, chain: ReadonlySet<string>): Html {
  const isChain = from.some(one => to.some(other => chain.has(`${one} ${other}`)));
  const names = [isDeclared ? 'declared' : 'implied', ...(isChain ? ['chain'] : [])].join(' ');
  const end = points.at(-1);
  const isAtNode = to.length === 1;
  return html`<g class="edge ${names}" data-from="${from.join(' ')}" data-to="${to.join(' ')}">
    <path d="${pathOf(points)}" />
    ${isAtNode && end && html`<path class="tip" d="M${end.x} ${end.y}l-7 -4v8z" />`}
  </g>`;
}

/** Curves that are level at each point. */
function pathOf([first, ...rest]: readonly Point[]): string {
  if (!first) return '';
  let last = first;
  const parts = rest.map(point => {
    const middle = (last.x + point.x) / 2;
    const part = point.y === last.y ? `L${point.x} ${point.y}` : `C${middle} ${last.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    last = point;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}
