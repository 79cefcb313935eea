import type { Disposable } from '../../common/event';
import { Sequencer } from '../../common/sequencer';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { deliverComments, settleDeliveries, type CarryingRun, type DeliveryServices } from './deliverComments';
import { readReview, type Review, type ReviewPlace } from './readReview';
import { ReviewError } from './reviewError';
import { ReviewStore } from './reviewStore';
import { TryOut, type TryResult } from './tryOut';

/** What people look at in one repository, and what they say about it. */
export class Reviews implements Disposable {
  readonly store: ReviewStore;
  readonly tries: TryOut;
  /** Deliveries whose run this process begins. */
  private readonly running = new Set<string>();
  private readonly order = new Sequencer();

  constructor(private readonly services: Omit<DeliveryServices, 'store'> & ReviewPlace) {
    this.store = new ReviewStore(services.commonDir);
    this.tries = new TryOut(services.git, services.clock);
  }

  /** What was done at a stage, batch, thread or task, or in the whole workstream by its own id. @throws {ReviewError} */
  read(stream: string, node: string): Promise<Review> {
    return readReview(this.services, stream, node);
  }

  /**
   * Brings what a thread committed into the user's checkout, as changes that nobody committed. @throws {ReviewError} `nothing-done`,
   * `untrusted` and what `TryOut.try` throws
   */
  async try(stream: string, thread: string): Promise<TryResult> {
    const { git, isTrusted } = this.services;
    if (!isTrusted()) throw new ReviewError('untrusted', 'This workspace is not trusted: nothing is written in it.');
    const { base, head, folder } = await this.read(stream, thread);
    const tip = head ?? (await git.head(folder)).sha ?? base;
    if (tip === base) throw new ReviewError('nothing-done', `Nothing of thread ${thread} is committed yet. Wait for a task of it to end.`);
    return this.tries.try({ stream, thread, base, tip });
  }

  /** See `deliverComments`; whoever gets a run back calls `carry` with what begins it: until then nobody here takes it for lost. */
  deliver(stream: WorkstreamSnapshot, thread: ThreadNode, ids: readonly string[]): Promise<CarryingRun | undefined> {
    return this.order.run(stream.id, async () => {
      const run = await deliverComments(this.delivering, stream, thread, ids);
      if (run) this.running.add(run.delivery);
      return run;
    });
  }

  /** Does what begins the run of a delivery, and tells afterwards whether it carried the comments. */
  async carry(stream: string, { delivery, comments }: CarryingRun, run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
    } finally {
      this.running.delete(delivery);
      await this.settle(stream);
    }
    const content = await this.store.read(stream);
    return content.comments.some(({ id, sentAt }) => comments.includes(id) && sentAt !== undefined);
  }

  /** See `settleDeliveries`. */
  settle(stream: string): Promise<void> {
    return this.order.run(stream, () => settleDeliveries(this.delivering, stream, { running: this.running }));
  }

  dispose(): void {
    this.store.dispose();
  }

  private get delivering(): DeliveryServices {
    return { ...this.services, store: this.store };
  }
}
