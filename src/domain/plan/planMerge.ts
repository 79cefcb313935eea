import { planBlocks, threadIdOf, type PlanBlock } from './planBlocks';

/** Three states of a plan: `base` is what both sides were made of. */
export type PlanSides = { readonly ours: string; readonly base: string; readonly theirs: string };

export type PlanMergeOptions = {
  /** Ids of threads of ours that stay as they are where they have them no more. */
  readonly kept?: ReadonlySet<string>;
};

/** A place that both sides changed; `line` is in ours, counted from 1, of what follows where we took lines out. */
export type PlanConflict = { readonly line: number; readonly ours: readonly string[]; readonly theirs: readonly string[] };

/** The merged plan, from its beginning to its end. */
export type MergeStep =
  | { readonly kind: 'text'; readonly text: string }
  /** A part that both sides changed: to be merged by lines. `line`: where it begins in our text. */
  | ({ readonly kind: 'both'; readonly line: number } & PlanSides)
  /** One side took out what the other changed. */
  | { readonly kind: 'conflict'; readonly conflict: PlanConflict };

/**
 * Merges plans by their parts: stages with their sections, batches, threads, matched by their numbers. What only one side changed is
 * that side's, also where parts touch. A part that one side took out goes, unless something in it stays, or it is kept. Parts stand in our order;
 * one that only they have stands behind the one before it there.
 */
export function planMerge({ ours, base, theirs }: PlanSides, { kept = new Set() }: PlanMergeOptions = {}): readonly MergeStep[] {
  if (ours === base && kept.size === 0) return [{ kind: 'text', text: theirs }];
  if (theirs === base || theirs === ours) return [{ kind: 'text', text: ours }];
  return new PlanMerger(new Side(ours), new Side(base), new Side(theirs), kept).steps();
}

/** A plan's parts by their keys. */
class Side {
  readonly blocks: readonly PlanBlock[];
  private readonly byKey: ReadonlyMap<string, PlanBlock>;

  constructor(readonly text: string) {
    this.blocks = planBlocks(text);
    this.byKey = new Map(this.blocks.map(block => [block.key, block]));
  }

  get(key: string): PlanBlock | undefined {
    return this.byKey.get(key);
  }

  /** What stands between a part and the next; undefined where there is no next, or no such part. */
  gapAfter(key: string): string | undefined {
    const block = this.get(key);
    return block === this.blocks.at(-1) ? undefined : block?.gap;
  }

  get end(): string {
    return this.blocks.at(-1)?.gap ?? '';
  }
}

type Fate = MergeStep | 'gone';

class PlanMerger {
  constructor(
    private readonly ours: Side,
    private readonly base: Side,
    private readonly theirs: Side,
    private readonly kept: ReadonlySet<string>,
  ) {}

  steps(): readonly MergeStep[] {
    const order = this.order();
    const fates = new Map(order.map(key => [key, this.fate(key)]));
    const held = new Set(order.filter(key => fates.get(key) !== 'gone').flatMap(key => this.newest(key)?.within ?? []));
    const parts = order.flatMap((key): readonly { readonly key: string; readonly step: MergeStep }[] => {
      const fate = fates.get(key);
      if (fate !== undefined && fate !== 'gone') return [{ key, step: fate }];
      return held.has(key) ? this.keepHolder(key) : [];
    });
    return parts.flatMap(({ key, step }, index) => [step, { kind: 'text', text: this.gap(key, index === parts.length - 1) } as const]);
  }

  /** Ours, with theirs behind what is before them there. */
  private order(): readonly string[] {
    const order = this.ours.blocks.map(({ key }) => key);
    let before: string | undefined;
    for (const { key } of this.theirs.blocks) {
      if (!order.includes(key)) order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, key);
      before = key;
    }
    return order;
  }

  private fate(key: string): Fate {
    const [ours, base, theirs] = [this.ours.get(key), this.base.get(key), this.theirs.get(key)];
    if (ours && theirs) return this.merged(ours, base, theirs);
    if (ours && (!base || this.kept.has(threadIdOf(ours) ?? ''))) return text(ours.body);
    if (ours) return ours.body === base?.body ? 'gone' : this.conflict(ours, undefined);
    if (!theirs || theirs.body === base?.body) return 'gone';
    return base ? this.conflict(undefined, theirs) : text(theirs.body);
  }

  private merged(ours: PlanBlock, base: PlanBlock | undefined, theirs: PlanBlock): MergeStep {
    if (theirs.body === base?.body || theirs.body === ours.body) return text(ours.body);
    if (ours.body === base?.body) return text(theirs.body);
    return { kind: 'both', line: ours.line, ours: ours.body, base: base?.body ?? '', theirs: theirs.body };
  }

  /** A part that one side took out, and that holds what stays: ours is kept; what only they have cannot stand where we took it out. */
  private keepHolder(key: string): readonly { readonly key: string; readonly step: MergeStep }[] {
    const ours = this.ours.get(key);
    return [{ key, step: ours ? text(ours.body) : this.conflict(undefined, this.theirs.get(key)) }];
  }

  private conflict(ours: PlanBlock | undefined, theirs: PlanBlock | undefined): MergeStep {
    const line = ours?.line ?? this.lineBehind(theirs?.key ?? '');
    return { kind: 'conflict', conflict: { line, ours: linesOf(ours), theirs: linesOf(theirs) } };
  }

  /** In our text, the part that follows one that is not there. */
  private lineBehind(key: string): number {
    const at = this.theirs.blocks.findIndex(block => block.key === key);
    const next = this.theirs.blocks.slice(at).flatMap(block => this.ours.get(block.key) ?? [])[0];
    return next?.line ?? this.ours.text.split(/\r\n?|\n/).length;
  }

  private gap(key: string, isLast: boolean): string {
    if (isLast) return this.ours.end === this.base.end ? this.theirs.end : this.ours.end;
    const [ours, base, theirs] = [this.ours.gapAfter(key), this.base.gapAfter(key), this.theirs.gapAfter(key)];
    if (ours !== undefined && (ours !== base || theirs === undefined)) return ours;
    return theirs ?? base ?? '\n\n';
  }

  private newest(key: string): PlanBlock | undefined {
    return this.ours.get(key) ?? this.theirs.get(key);
  }
}

const text = (body: string): MergeStep & { readonly kind: 'text' } => ({ kind: 'text', text: body });
const linesOf = (block: PlanBlock | undefined) => block?.body.split(/\r\n?|\n/) ?? [];
