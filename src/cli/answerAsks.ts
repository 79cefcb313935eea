import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import type { AgentAsk } from '../domain/tree/nodes';
import type { Asks } from '../runtime/opencode/asks';
import type { Io } from './commandLine';

const nobody = 'Nobody is here to answer. Go on without it if you can; otherwise report the task as blocked and say what you need.';

/**
 * Brings agents' permissions and questions to the person at the terminal. Where nobody can answer, they are turned down at
 * once with a reason, so that an agent never waits for ever.
 */
export function answerAsks(asks: Asks, io: Io): Disposable {
  const seen = new Set<string>();
  const subscriptions = new DisposableStore();
  let turn: Promise<unknown> = Promise.resolve();
  const look = () => {
    for (const ask of asks.pending.filter(candidate => !seen.has(candidate.id))) {
      seen.add(ask.id);
      turn = turn
        .then(() => answer(asks, ask, io))
        .catch((error: unknown) =>
          io.err(`warning: could not answer ${ask.id}: ${error instanceof Error ? error.message : String(error)}\n`),
        );
    }
  };
  subscriptions.add(asks.onDidChange(look));
  look();
  return subscriptions;
}

async function answer(asks: Asks, ask: AgentAsk, io: Io): Promise<void> {
  if (ask.kind === 'permission') {
    const reply = await io.ask(`An agent asks for permission: ${ask.title} — allow? [y]es, [a]lways, [n]o: `);
    if (reply === undefined) io.out(`Permission turned down, nobody is here to answer: ${ask.title}\n`);
    const choice = reply?.trim().toLowerCase();
    if (choice === 'y' || choice === 'yes') return asks.replyPermission(ask, 'once');
    if (choice === 'a' || choice === 'always') return asks.replyPermission(ask, 'always');
    return asks.replyPermission(ask, 'reject', reply === undefined ? nobody : 'The user said no.');
  }
  const answers: string[][] = [];
  for (const { question, options } of ask.questions) {
    const reply = await io.ask(
      `An agent asks: ${question}${options.length > 0 ? ` (${options.map((option, index) => `${index + 1} ${option.label}`).join(', ')})` : ''}: `,
    );
    const chosen = options[Number(reply?.trim()) - 1]?.label ?? reply?.trim();
    answers.push([chosen === undefined || chosen === '' ? nobody : chosen]);
  }
  return asks.answerQuestion(ask, answers);
}
