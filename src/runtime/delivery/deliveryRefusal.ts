import type { RedOutput } from '../../domain/delivery/deliveryWords';

/** Why nothing is delivered, or a delivery is not undone: nothing was touched, and the message says what to do. */
export class DeliveryRefusal extends Error {
  override readonly name = 'DeliveryRefusal';
  /** The project's checks do not pass; a person may deliver it all the same. */
  readonly isRed: boolean;
  /** What they said in the end, as it stands in the message, and the file with all of it. */
  readonly output: RedOutput | undefined;

  constructor(
    message: string,
    /** Those in the way, relative to the checkout. */
    readonly files: readonly string[] = [],
    options: { readonly cause?: unknown; readonly isRed?: boolean; readonly output?: RedOutput | undefined } = {},
  ) {
    super(message, options);
    this.isRed = options.isRed ?? false;
    this.output = options.output;
  }
}
