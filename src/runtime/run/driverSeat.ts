import { acquireDriver, type Driver, type DriverOptions } from './driverLock';

/** This process as the driver of one repository: taken by its first run, given back by its last. */
export class DriverSeat {
  private holding: Promise<Driver> | undefined;
  private users = 0;

  constructor(
    private readonly commonDir: () => Promise<string>,
    private readonly options: DriverOptions,
  ) {}

  /**
   * Runs `work` while this process is the driver; `lost` is aborted when another one took over.
   * @throws {DriverError} `held` when another process is.
   */
  async sit<T>(work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      this.holding ??= this.commonDir().then(commonDir => acquireDriver(commonDir, this.options));
      return await work((await this.holding).lost);
    } finally {
      this.users -= 1;
      if (this.users === 0) await this.leave();
    }
  }

  private async leave(): Promise<void> {
    const { holding } = this;
    this.holding = undefined;
    const driver = await holding?.catch(() => undefined); // whoever asked for it was told
    await driver?.release();
  }
}
