import type { ClaimDriver, Driver, DriverOptions } from './driver';

type Seat = { readonly driver: Promise<Driver>; users: number; isLost: boolean };

/** This process as the driver of one repository: taken by its first run, given back by its last. */
export class DriverSeat {
  private current: Seat | undefined;

  constructor(
    private readonly commonDir: () => Promise<string>,
    private readonly claim: ClaimDriver,
    private readonly options: DriverOptions,
  ) {}

  /** This process drives, or is about to. */
  get isTaken(): boolean {
    return this.current !== undefined && !this.current.isLost;
  }

  /**
   * Runs `work` while this process is the driver; `driver.lost` is aborted when another one took over.
   * @throws {DriverError} `held` when another process is, unless a person wants to `takeOver`.
   */
  async sit<T>(work: (driver: Driver) => Promise<T>, { takeOver = false }: { readonly takeOver?: boolean } = {}): Promise<T> {
    const seat = this.current && !this.current.isLost ? this.current : this.take(takeOver);
    seat.users += 1;
    try {
      return await work(await seat.driver);
    } finally {
      seat.users -= 1;
      if (seat.users === 0) await this.leave(seat);
    }
  }

  private take(takeOver: boolean): Seat {
    const driver = this.commonDir().then(commonDir => this.claim(commonDir, { ...this.options, takeOver }));
    const seat: Seat = { driver, users: 0, isLost: false };
    this.current = seat;
    driver.then(
      ({ lost }) => lost.addEventListener('abort', () => (seat.isLost = true), { once: true }),
      () => undefined, // whoever asked for it is told
    );
    return seat;
  }

  private async leave(seat: Seat): Promise<void> {
    if (this.current === seat) this.current = undefined;
    const driver = await seat.driver.catch(() => undefined); // whoever asked for it was told
    await driver?.release();
  }
}
