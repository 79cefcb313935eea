import { Lexer } from 'marked';
import { parsePlan } from '../../src/domain/plan/parsePlan';
import { compare } from './comparison';
import { largePlan } from './largePlan';

const repeat = (times: number, work: () => unknown) => () => {
  for (let time = 0; time < times; time++) work();
  return times;
};

/** What a plan costs beyond its Markdown. */
export function benchPlan(rounds: number): Promise<string> {
  return compare(
    {
      title: `Plan: parsing ${Math.round(largePlan.length / 1024)} KB, 72 threads`,
      contenders: [
        { name: 'parse, check, with positions', run: repeat(20, () => parsePlan(largePlan)) },
        { name: 'the Markdown alone', run: repeat(20, () => new Lexer().lex(largePlan)) },
      ],
    },
    rounds,
  );
}
