/** What can be done with a stage's work and the user's branch. */
export const moves = ['deliver', 'undo'] as const;
export type Move = (typeof moves)[number];

/** How one try to bring a stage's work into the user's branch ended, or to take it out again. `at`: ISO time. */
export type DeliveryState =
  | {
      readonly state: 'delivered';
      readonly stage: string;
      /** The user's branch, as a short name. */
      readonly branch: string;
      readonly before: string;
      readonly commit: string;
      /** Of its effect; absent where the branch had everything already. */
      readonly key?: string;
      readonly at: string;
    }
  | {
      readonly state: 'refused';
      readonly stage: string;
      readonly action: Move;
      /** Null where no branch was checked out when the workstream began. */
      readonly branch: string | null;
      /** A sentence or two: why, and what to do. */
      readonly reason: string;
      /** Those in the way, relative to the checkout. */
      readonly files: readonly string[];
      readonly key?: string;
      /** It was cut off, and what it left among the user's files could not be put back yet. */
      readonly halfWay?: true;
      /** The project's checks do not pass on what would be delivered. */
      readonly red?: true;
      readonly at: string;
    }
  | {
      readonly state: 'undone';
      readonly stage: string;
      readonly branch: string;
      readonly before: string;
      /** Where the branch is again. */
      readonly commit: string;
      readonly key: string;
      readonly at: string;
    };

export type Delivered = Extract<DeliveryState, { readonly state: 'delivered' }>;

/**
 * How a stage stands with the user's branch: what the last delivery of it came to. A delivery that could not be undone is still
 * one; undoing takes along every stage whose delivery found the same commit there.
 */
export function deliveryOf(stage: string, deliveries: readonly DeliveryState[]): DeliveryState | undefined {
  let last: DeliveryState | undefined;
  for (const delivery of deliveries) {
    if (delivery.state === 'refused' && delivery.action === 'undo') continue;
    if (delivery.stage === stage) last = delivery;
    else if (delivery.state === 'undone' && last?.state === 'delivered' && last.commit === delivery.before) last = delivery;
  }
  return last;
}

/** The deliveries that moved the user's branch and were not undone, oldest first. */
export function standingDeliveries(deliveries: readonly DeliveryState[]): readonly Delivered[] {
  let standing: readonly Delivered[] = [];
  for (const delivery of deliveries) {
    if (delivery.state === 'undone') standing = standing.filter(({ commit }) => commit !== delivery.before);
    if (delivery.state === 'delivered' && delivery.before !== delivery.commit) standing = [...standing, delivery];
  }
  return standing;
}
