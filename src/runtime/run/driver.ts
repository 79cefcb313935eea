import type { Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import type { DriverHolder } from '../../domain/run/driverHolder';

export type DriverErrorReason =
  /** Another process drives, and it is not known to be dead. */
  | 'held'
  /** This process drove, and another one took over: it must not do anything more. */
  | 'superseded'
  /** The claim cannot be made or looked at. */
  | 'inaccessible';

export class DriverError extends Error {
  override readonly name = 'DriverError';

  constructor(
    readonly reason: DriverErrorReason,
    message: string,
    readonly holder?: DriverHolder,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** This process as the one that runs a repository's workstreams. */
export type Driver = {
  /** The number of the claim, higher than that of every driver before; written in every journal line. */
  readonly epoch: number;
  /** Aborted, with a `DriverError` as its reason, when somebody else took over. */
  readonly lost: AbortSignal;
  /** Called before every append and every effect. @throws {DriverError} `superseded` when a higher claim exists. */
  check(): void;
  /** Idempotent. */
  release(): Promise<void>;
};

export type DriverOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How the holder is called to others. */
  readonly program?: string;
  /** Passes over a holder that lives (a suspended one for example); only when a person asked for it. */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * Makes this process the driver of the repository whose common git folder is given.
 * @throws {DriverError} `held`, with a message that names the holder; `inaccessible`.
 */
export type ClaimDriver = (commonDir: string, options: DriverOptions) => Promise<Driver>;

/** Whether work ended because another process took over: then nothing is cleaned up here, it is that process's now. */
export function wasSuperseded({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof DriverError;
}
