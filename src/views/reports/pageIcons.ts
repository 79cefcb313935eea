import type { IconKey } from '../../domain/tree/rowState';
import { html, Html } from './html';

/** Shapes in a square of 16 that take the colour of the text around them. */
const shapes = {
  check: '<path d="M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Zm3.6 5-4.3 4.6a.7.7 0 0 1-1 0L4.3 8.9l1-1 1.5 1.4 3.8-4 1 .9Z"/>',
  cross: '<path d="M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Zm3 8.8-1 1-2-2-2 2-1-1 2-2-2-2 1-1 2 2 2-2 1 1-2 2 2 2Z"/>',
  circle: '<path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.2a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 8 2.7Z"/>',
  half: '<path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.2v10.6A5.3 5.3 0 0 1 8 2.7Z"/>',
  slash:
    '<path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.2a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 8 2.7Z"/><path d="m3.6 11.5 7.9-7.9.9.9-7.9 7.9-.9-.9Z"/>',
  warning: '<path d="M8 1.6.9 14h14.2L8 1.6Zm-.7 4.6h1.4v4H7.3v-4Zm0 5h1.4v1.4H7.3v-1.4Z"/>',
  question:
    '<path d="M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Zm.7 10.9H7.3v-1.4h1.4v1.4Zm.1-3v.6H7.3v-.9c0-1.4 1.7-1.6 1.7-2.7 0-.6-.4-1-1-1s-1.1.4-1.1 1.1H5.5C5.5 4.8 6.5 3.8 8 3.8s2.5.9 2.5 2.2c0 1.7-1.7 1.9-1.7 3.1Z"/>',
  shield:
    '<path d="m8 1 5.5 2v4.3c0 3.4-2.3 6-5.5 7.7-3.2-1.7-5.5-4.3-5.5-7.7V3L8 1Zm0 1.3L3.7 3.9v3.4c0 2.7 1.7 4.8 4.3 6.3 2.6-1.5 4.3-3.6 4.3-6.3V3.9L8 2.3Z"/>',
  seal: '<path d="m8 .8 1.8 1.4 2.3-.1.7 2.2 1.9 1.3L14 8l.7 2.3-1.9 1.3-.7 2.2-2.3-.1L8 15.2l-1.8-1.5-2.3.1-.7-2.2-1.9-1.3L2 8l-.7-2.3 1.9-1.4.7-2.2 2.3.1L8 .8Zm3 5.3-.9-.8-3 3.2-1.2-1.1-.9.9 2.1 2 3.9-4.2Z"/>',
  merge:
    '<path d="M4.5 1.5a2 2 0 0 0-.6 3.9v5.2a2 2 0 1 0 1.2 0V7.3c.9 1.2 2.4 1.9 4 1.9h.5a2 2 0 1 0 0-1.2h-.5c-2.2 0-3.9-1.3-4-2.7a2 2 0 0 0-.6-3.8Zm0 1.2a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Zm7 5.1a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Zm-7 3.9a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Z"/>',
  back: '<path d="M6.5 2.5v3h3a4.5 4.5 0 0 1 0 9H5v-1.3h4.5a3.2 3.2 0 0 0 0-6.4h-3v3L1.5 6.2l5-3.7Z"/>',
  square: '<path d="M2.5 2.5h11v11h-11v-11Zm1.3 1.3v8.4h8.4V3.8H3.8Z"/>',
  terminal:
    '<path d="M1.5 2.5h13v11h-13v-11Zm1.2 1.2v8.6h10.6V3.7H2.7Zm1.6 1.9.9-.8L8 7.9l-2.8 3.2-.9-.8 2.1-2.4-2.1-2.3Zm4 4.3h3.4v1.2H8.3V9.9Z"/>',
  changes: '<path d="M7.4 2h1.2v2.9h2.9v1.2H8.6V9H7.4V6.1H4.5V4.9h2.9V2ZM4.5 11.8h7V13h-7v-1.2Z"/>',
  window: '<path d="M1.5 2.5h13v11h-13v-11Zm1.2 1.2v1.6h10.6V3.7H2.7Zm0 2.8v5.8h10.6V6.5H2.7Z"/>',
  file: '<path d="M3.5 1.5h6l3 3v10h-9v-13Zm1.2 1.2v10.6h6.6V5.4H8.7V2.7h-4Z"/>',
  pause: '<path d="M4 2.5h3v11H4v-11Zm5 0h3v11H9v-11Z"/>',
  delivered: '<path d="M7.4 1.5h1.2v6.4l2.3-2.3.9.9L8 10.3 4.2 6.5l.9-.9 2.3 2.3V1.5ZM2.5 9.5h1.2v3.800h8.600V9.500h1.2v5h-11v-5Z"/>',
  copy: '<path d="M5.5 1.5h8v9.5h-2.5v3.5h-8V5h2.5V1.5Zm1.2 1.2V5h4.3v4.8h1.3V2.7H6.7ZM4.2 6.2v7.1h5.6V6.2H4.2Z"/>',
  history:
    '<path d="M8 1.5a6.5 6.5 0 0 1 0 13 6.5 6.5 0 0 1-6.2-4.5l1.2-.4A5.3 5.3 0 1 0 3.9 4.7h2.3v1.2H1.8V1.5H3v2.3A6.5 6.5 0 0 1 8 1.5Zm-.6 3h1.2v3.3l2.3 1.3-.6 1-2.9-1.7V4.5Z"/>',
} as const;

export type Shape = keyof typeof shapes;

/** A picture beside words that say the same. */
export function icon(shape: Shape): Html {
  return new Html(
    `<svg class="icon" width="16" height="16" viewBox="0 0 16 16" fill="currentColor" fill-rule="evenodd" aria-hidden="true">${shapes[shape]}</svg>`,
  );
}

/** The same shape inside another picture, 12 wide, its middle at (0, 0). */
export function shapeAtOrigin(shape: Shape): Html {
  return new Html(`<g transform="translate(-7 -7) scale(0.875)" fill="currentColor" fill-rule="evenodd">${shapes[shape]}</g>`);
}

const ofState: Readonly<Record<IconKey, Shape>> = {
  pending: 'circle',
  inProgress: 'half',
  running: 'half',
  paused: 'pause',
  waiting: 'pause',
  working: 'half',
  thinking: 'half',
  looping: 'back',
  stalled: 'warning',
  dead: 'warning',
  unknown: 'question',
  completed: 'check',
  toMerge: 'half',
  merged: 'merge',
  blocked: 'cross',
  conflict: 'warning',
  mayConflict: 'warning',
  rejected: 'cross',
  cancelled: 'slash',
  asking: 'question',
  budget: 'question',
  escalated: 'warning',
  gate: 'shield',
  approved: 'seal',
  delivered: 'delivered',
  undelivered: 'warning',
};

/** A state as shape, colour and word; `quiet`: the word is for those who do not see the shape. */
export function stateBadge(
  { icon: key, colour }: { readonly icon: IconKey; readonly colour: string | undefined },
  word: string,
  quiet = false,
): Html {
  return html`<span class="state ${colour ?? 'grey'}"
    >${icon(ofState[key])}<span class="${quiet ? 'unseen' : 'word'}">${word}</span></span
  >`;
}
