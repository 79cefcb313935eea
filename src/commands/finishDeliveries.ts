import type { CommandServices } from './commandServices';
import { showDelivery } from './showDelivery';

/** Ends deliveries that an earlier program was cut off in: what it left half-way is put back, then it is done again. */
export async function finishDeliveries({ runtime, onError }: CommandServices, roots: readonly string[]): Promise<void> {
  await Promise.all(
    roots.map(async root => {
      try {
        for (const result of await runtime.repository(root).finishDeliveries()) {
          if (result.kind === 'moved' || result.kind === 'refused') showDelivery(result, { root, node: { id: result.stage } });
        }
      } catch (error) {
        onError(error, 'ending a delivery that was cut off');
      }
    }),
  );
}
