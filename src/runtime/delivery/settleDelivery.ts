import { untranslated } from '../../common/translate';
import { deliverySentence, type DeliveryResult } from '../../domain/delivery/deliveryWords';
import type { RunContext } from '../run/runContext';
import type { JournalState } from '../../domain/journal/journalState';
import { carryOut, intentSchema, type DeliveryContext, type MoveIntent } from './carryOut';

type Unsettled = { readonly key: string; readonly intent: MoveIntent };

/**
 * The last delivery (or undoing of one) that nobody knows the end of: it was cut off, what it left half-way could not be put back
 * yet, or its end was never told.
 */
export function unsettledDelivery({ effects, deliveries }: JournalState): Unsettled | undefined {
  const effect = [...effects.values()].findLast(({ kind }) => kind === 'delivery');
  const intent = effect && intentSchema.safeParse(effect.intent).data;
  if (!effect || !intent) return undefined;
  const told = deliveries.findLast(({ key }) => key === effect.key);
  const isHalfWay = told?.state === 'refused' && told.halfWay === true;
  return effect.state === 'intended' || isHalfWay || !told ? { key: effect.key, intent } : undefined;
}

/**
 * Ends what an earlier driver left of a delivery: it is put back by content and done again, or taken as done. Undefined when
 * there was nothing to end.
 */
export async function settleDelivery(context: DeliveryContext): Promise<DeliveryResult | undefined> {
  const found = unsettledDelivery(context.journal.state);
  if (!found) return undefined;
  return carryOut(context, found.key, found.intent);
}

/** The same when a batch begins: whoever watches it is told. */
export async function settleAndTell(context: DeliveryContext & Pick<RunContext, 'observer'>): Promise<void> {
  const result = await settleDelivery(context);
  if (result) context.observer.notice(deliverySentence(result, untranslated));
}
