import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isWithin } from '../../../src/domain/ids';
import { runGit } from '../../support/gitRepository';
import { buildSample } from '../../support/sampleRepository';
import type { ModelRequest } from '../../support/modelRequest';
import type { ScriptedModel } from '../../support/scriptedModel';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';
import { stage } from './server';
import { inWindow } from './story';
import type { StoryWindow } from './storyWindow';

type Task = { readonly id: string; readonly status: string; readonly report?: string };

export type SampleOptions = {
  /** What agents do instead of what the sample says, by task id or by any words of a message; several: one for each such message. */
  readonly scripts?: Readonly<Record<string, string | readonly string[]>>;
  /** Stages, batches, threads and tasks that are completed before the window opens. */
  readonly completed?: readonly string[];
  /** Opens the window in Restricted Mode. */
  readonly restricted?: boolean;
  readonly prepare?: (sample: Sample) => Promise<void>;
};

/** The sample repository of a story, and its agents. */
export class Sample {
  private readonly requestsBefore: number;

  constructor(
    readonly root: string,
    readonly stream: string,
    readonly model: ScriptedModel,
  ) {
    this.requestsBefore = model.requests.length;
  }

  /** What the agents of this story were told. */
  get requests(): readonly ModelRequest[] {
    return this.model.requests.slice(this.requestsBefore);
  }

  /** Of a file in the workstream's folder. */
  path(...names: readonly string[]): string {
    return path.join(this.root, 'work', this.stream, ...names);
  }

  async tasks(): Promise<readonly Task[]> {
    return (JSON.parse(await readFile(this.path('tasks.json'), 'utf8')) as { readonly tasks: readonly Task[] }).tasks;
  }

  /** `<id> <status>` of the tasks whose id starts so. */
  async statuses(prefix = ''): Promise<readonly string[]> {
    return (await this.tasks()).filter(({ id }) => id.startsWith(prefix)).map(({ id, status }) => `${id} ${status}`);
  }

  git(...args: readonly string[]): Promise<string> {
    return runGit(args, this.root);
  }

  /** Waits until so many requests are held at gates. */
  async held(count: number): Promise<void> {
    await waitFor(`${count} agents at a gate`, () => this.model.waiting === count, {
      timeout: 90_000,
      describe: () => ({ waiting: this.model.waiting, prompts: this.requests.map(({ prompt }) => prompt.slice(-80)) }),
    });
  }

  /** The requests in short, for a story that failed. */
  told(): string {
    const last = ({ messages }: ModelRequest) => messages.at(-1)?.text.replace(/\s+/g, ' ').slice(0, 160) ?? '';
    return this.requests.map(request => `${request.number} ${request.session ?? ''} ${request.label ?? ''}: ${last(request)}`).join('\n');
  }

  async complete(parts: readonly string[]): Promise<void> {
    const file = this.path('tasks.json');
    const content = JSON.parse(await readFile(file, 'utf8')) as { tasks: Task[] };
    content.tasks = content.tasks.map(task =>
      parts.some(part => isWithin(task.id, part)) ? { ...task, status: 'completed', report: `Did ${task.id}.` } : task,
    );
    await writeFile(file, JSON.stringify(content, null, 2));
  }
}

/** Plays a story in a window on the sample, with the Work container open. */
export async function inSample(
  name: string,
  { scripts = {}, completed = [], prepare, restricted = false }: SampleOptions,
  play: (window: StoryWindow, sample: Sample) => Promise<void>,
): Promise<void> {
  const { model } = await stage();
  const folder = await temporaryDirectory('work-story-');
  try {
    const built = await buildSample({ folder: path.join(folder.path, 'text-toolkit') });
    const own = Object.entries(scripts).flatMap(([label, played]) => [played].flat().map(directives => ({ label, directives })));
    model.replaceScripts([...built.scripts.filter(({ label }) => !(label in scripts)), ...own]);
    const sample = new Sample(built.root, built.stream, model);
    await sample.complete(completed);
    await prepare?.(sample);
    await inWindow(name, sample.root, { restricted }, async window => {
      await window.openContainer('Work');
      await play(window, sample).catch((error: unknown) => {
        throw new Error(`${String(error)}\n\nAgents were told:\n${sample.told()}`, { cause: error });
      });
    });
  } finally {
    await folder.dispose();
  }
}

/** The last turns of an agent that did its task. */
export const reporting = (task: string, report: string) =>
  `[[tool work_task_report ${JSON.stringify({ task, status: 'completed', report })}]]\n[[say Done.]]`;
