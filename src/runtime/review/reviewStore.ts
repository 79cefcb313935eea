import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { Emitter, type Disposable } from '../../common/event';
import { reviewCommentSchema, type ReviewComment } from '../../domain/review/reviewComments';
import { withFileLock } from '../files/fileLock';
import { writeText } from '../files/writeText';
import { journalFolder } from '../journal/journalPaths';
import { ReviewError } from './reviewError';

/** Comments on their way to an agent; written down before they leave, so that they arrive once. */
const deliverySchema = z.looseObject({
  id: z.string(),
  comments: z.array(z.string()),
  thread: z.string(),
  /** The whole message. */
  text: z.string(),
  /** The journal's last line before. */
  after: z.number(),
  to: z.discriminatedUnion('kind', [
    /** A message into a session that runs, with ids of our own. */
    z.looseObject({
      kind: z.literal('session'),
      attempt: z.string(),
      session: z.string(),
      directory: z.string(),
      message: z.string(),
      part: z.string(),
      /** The user's last message in the session before; null: there was none. */
      before: z.string().nullable(),
    }),
    /** A run in which the agent of this task goes on; `was`: the task's status before. */
    z.looseObject({ kind: z.literal('run'), task: z.string(), was: z.string() }),
  ]),
});
export type Delivery = z.infer<typeof deliverySchema>;

const fileSchema = z.looseObject({
  version: z.literal(1),
  comments: z.array(reviewCommentSchema),
  deliveries: z.array(deliverySchema).default([]),
});
export type ReviewFileContent = z.infer<typeof fileSchema>;

const empty: ReviewFileContent = { version: 1, comments: [], deliveries: [] };
const patient = { retries: 28, shortest: 50, longest: 500 };

/** The comments of a repository's reviews: `review.json` beside each workstream's journal, shared by every window. */
export class ReviewStore implements Disposable {
  private readonly changed = new Emitter<string>();
  /** Fires with the workstream whose comments this process changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly commonDir: () => Promise<string>) {}

  /** @throws {ReviewError} `busy` when the file is damaged: it is not touched. */
  async read(stream: string): Promise<ReviewFileContent> {
    const file = await this.fileOf(stream);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return empty;
    try {
      return fileSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new ReviewError('busy', `${file} is damaged, or of a newer version: comments are neither shown nor kept.`, [file], cause);
    }
  }

  /** Changes the file under its lock; what `change` throws leaves it as it is. */
  async edit(stream: string, change: (content: ReviewFileContent) => ReviewFileContent): Promise<ReviewFileContent> {
    const file = await this.fileOf(stream);
    await mkdir(path.dirname(file), { recursive: true });
    const content = await withFileLock(file, patient, async () => {
      const before = await this.read(stream);
      const after = change(before);
      if (after !== before) await writeText(file, `${JSON.stringify(after, null, 2)}\n`);
      return after;
    });
    this.changed.fire(stream);
    return content;
  }

  async add(stream: string, comment: ReviewComment): Promise<void> {
    await this.edit(stream, content => ({ ...content, comments: [...content.comments, comment] }));
  }

  /** Changes comments that are there still and, unless they are only removed, not on their way; undefined removes one. */
  async update(stream: string, ids: readonly string[], change: (comment: ReviewComment) => ReviewComment | undefined): Promise<void> {
    await this.edit(stream, content => {
      const busy = new Set(content.deliveries.flatMap(({ comments }) => comments));
      const taken = ids.filter(id => busy.has(id));
      if (taken.length > 0) throw new ReviewError('busy', 'This comment is on its way to the agent.');
      return { ...content, comments: content.comments.flatMap(each => (ids.includes(each.id) ? (change(each) ?? []) : [each])) };
    });
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async fileOf(stream: string): Promise<string> {
    return path.join(journalFolder(await this.commonDir(), stream), 'review.json');
  }
}
