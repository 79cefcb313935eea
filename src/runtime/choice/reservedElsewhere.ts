import type { Logger } from '../../common/logger';
import type { Reservation } from '../../domain/reservations/reservations';
import type { Coordination } from '../files/coordination';
import { readCoordination } from '../model/coordinationOfStream';

/**
 * What threads of other workstreams have reserved in the repository. Where nobody drives it, what was reserved for a whole thread is
 * a dead driver's, and the next run gives it back.
 */
export async function reservedElsewhere(
  coordination: Coordination,
  isDriven: () => Promise<boolean>,
  logger: Logger,
): Promise<readonly Reservation[]> {
  const { stream, reservations } = await readCoordination(coordination, logger);
  const others = reservations.filter(each => each.stream !== stream);
  if (others.every(({ attempt }) => attempt !== null) || (await isDriven())) return others;
  return others.filter(({ attempt }) => attempt !== null);
}
