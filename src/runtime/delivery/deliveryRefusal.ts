/** Why nothing is delivered, or a delivery is not undone: nothing was touched, and the message says what to do. */
export class DeliveryRefusal extends Error {
  override readonly name = 'DeliveryRefusal';

  constructor(
    message: string,
    /** Those in the way, relative to the checkout. */
    readonly files: readonly string[] = [],
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
