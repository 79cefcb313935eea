import { codeBlock } from '../../common/text';
import { draftShape } from './changeDraft';

export type DraftRequest = {
  /** What a person wants, in their words. */
  readonly request: string;
  /** Names of the capabilities that are specified, and of the changes that are open. */
  readonly specs: readonly string[];
  readonly changes: readonly string[];
};

/** What an agent is asked that drafts an OpenSpec change. */
export function draftPrompt({ request, specs, changes }: DraftRequest): string {
  return [
    'You draft a change of this project as an OpenSpec change. A person reads it before anything is done. Your working folder is the',
    'project; you only read: files cannot be changed and no commands can be run. What is wanted:',
    '',
    codeBlock(request.trim()),
    '',
    `Capabilities that are specified (openspec/specs): ${listed(specs)}`,
    `Changes that are open (openspec/changes): ${listed(changes)}`,
    '',
    'Read openspec/project.md and openspec/config.yaml if they are there, the specifications that the change touches, and the code it',
    'is about. Then write:',
    '',
    '* `id`: a short name in lower case with dashes that begins with a verb',
    '* `proposal`: proposal.md with the headings `## Why`, `## What Changes`, `## Impact`',
    '* `tasks`: tasks.md with phases `## 1. Name`, steps `- [ ] 1.1 …` below them; steps of one phase can be done at the same time',
    '* `design`: design.md, only where there is something to decide',
    '* `specs`: for each capability that changes its spec.md, with `## ADDED Requirements`, `## MODIFIED Requirements` or',
    '  `## REMOVED Requirements`; each `### Requirement: …` says what SHALL be and has a `#### Scenario: …` with',
    '  `- **WHEN** …` and `- **THEN** …`',
    '',
    '## Your answer',
    '',
    'The last thing in your answer is one block of JSON of this shape:',
    '',
    '```json',
    draftShape,
    '```',
  ].join('\n');
}

const listed = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));

/** What the agent is told whose draft could not be taken. */
export function draftCorrection(problems: readonly string[]): string {
  return ['Your draft cannot be used:', '', codeBlock(problems.join('\n')), '', 'Give the whole block of JSON again.'].join('\n');
}
