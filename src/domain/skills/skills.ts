/** A skill that opencode gives its agents: a folder of that name with a SKILL.md. */
export type Skill = { readonly name: string; readonly description: string; readonly text: string };

/** The skill that prompts ask for. */
const implementing = `# Working on a thread of a plan

A person wrote a plan, \`work/<workstream>/PLAN.md\`: stages, in them batches, in them threads, in them tasks. The threads of a batch are worked on at the same time, each by an agent of its own, in a git worktree of its own. You are one of them. Your prompt names your thread and the task that this session is for.

## Before you write anything

1. Read your prompt to the end: the thread's summary and details, what earlier tasks of the thread reported, and which task is yours. The other tasks are not your business.
2. Look at the code you are to change. The details may be older than the code; where they disagree with it, do what the summary wants and say so in your report.
3. If you have the tool \`work_tasks\`, it shows your thread's tasks and what was reported so far.

## While you work

- Stay in your worktree. Other agents change other worktrees at this moment; files outside of yours are not yours.
- Leave the plan's own files alone: \`work/*.json\`, \`PLAN.md\`, \`TASKS.md\`, \`prompts/\`, \`reports/\`, and never write \`COMPLETION.md\`. The program writes them; changes of yours to them are not committed.
- Papers and scripts that nobody needs in the code go into the folder below \`work/<workstream>/files/\` that your prompt names.
- Commit if you like, in small steps. What you leave uncommitted is committed for you at the end. Do not push, switch branches, delete branches or make worktrees: your branch is merged for you after the project's checks passed.
- Run the checks that the project has for what you changed. A thread whose merged tree fails them comes back to you with the output.
- \`work_note\`, if you have it, keeps a short note of where you are; a session that is cut off goes on from there.

## When the task is done

Report once, at the very end, with the tool \`work_task_report\`, or with the \`work update\` command that your prompt spells out:

- \`completed\` when the task is done and checked.
- \`blocked\` when you cannot finish: a decision that is a person's, access you do not have, a check that fails for reasons outside of your task. Say what is missing and what you tried. Do not guess in its place.

A report is one or two sentences for the person who reviews the stage. Name the files or dependencies that changed and any decision or deviation worth knowing:

> Added \`src/session.ts\` with a store in memory; expiry is a day. The plan asked for Redis, which is not a dependency yet, so the store has an interface for it.

A task without a report counts as blocked.

## When your work comes back

A message may tell you that your branch conflicts with another thread's, or that the checks failed on the merged tree. Read what the other side meant before you change anything: keep both intents. Change only what the message is about, run the check again, and report again.
`;

const planning = `# Writing and leading a plan

The plan is the file \`work/<workstream>/PLAN.md\`. \`work create --name my-feature --stages 2\` makes one to fill in; \`work validate plan\` checks it.

## The grammar

\`\`\`markdown
# Plan: Name of the workstream

## Summary
What it is to achieve, in a few sentences.

## References
- \`docs/design.md\`

## Validation
- npm test

## Stages

### Stage 01: Foundation

#### Stage Definition
What is true when the stage is done.

#### Stage Constitution
What it starts from, how it is organised, what it leaves behind.

#### Stage Questions
- [ ] A question that a person must settle first
- [x] One that is settled, with the answer

#### Stage Batches

##### Batch 01: Setup
What its threads achieve together.

###### Thread 01: Router @agent:backend
**Summary:** One sentence for the agent.

**Details:**
- Everything the agent needs to know: files, constraints, examples
\`\`\`

- Numbers are part of the headings. Nothing renumbers them; new parts take the next free number.
- \`**Summary:**\` and \`**Details:**\` begin a paragraph. Details hold paragraphs, lists and code blocks; tables and quotes are not read.
- \`@agent:name\` names an entry of \`work/agents.yaml\`; without it the default agent works.

## What makes a plan run well

- **Stages** run one after the other, and a person approves each. Make a stage something that can be judged by itself.
- **Batches** of a stage run one after the other. Put what others build on into an earlier batch.
- **Threads** of a batch run at the same time and are merged one by one. Two threads of one batch should not write the same files: \`work validate plan\` names files that two of them mention.
- **Tasks** of a thread run in order, each in a fresh session that knows what the earlier ones reported. A task is as large as one sitting. A thread without tasks gets one that is called after it.
- Settle every question before the plan is approved. An agent that has to guess does not ask you, it guesses.

## From the plan to the work

1. \`work validate plan\`, then show the plan to the person. Only a person approves: \`work approve plan\`.
2. Tasks: \`work tasks\` writes \`TASKS.md\` to fill in, \`work approve tasks\` takes it; or \`work add-task --thread 01.01.01 --name "…"\`; or \`work tasks --straight\`.
3. \`work prompt --stage 1\` writes the prompts. Then tell the person:

> Prompts for Stage 1 are ready. Run \`work multi --batch 01.01\` to start batch 1. Continue with each batch until the stage is complete, then return to me.

## When the person returns

1. \`work report --stage 1\` writes \`reports/01-….md\`. Read it with them: blocked tasks first, then whether each report says what the plan asked for, then the evidence.
2. Something is wrong: \`work fix --stage 1 --batch --name "login-redirect" --what "…"\` adds a batch to the stage, with its task and prompt. \`work fix --stage 1 --name "…"\` adds a stage of its own instead; it must be one when the stage is approved already. Run the batch it prints.
3. Other additions: \`work add-stage\`, \`work add-batch\`, \`work add-thread\`, \`work add-task\`; \`work assign --thread 01.01.02 --agent name\` gives open tasks to another agent. Each leaves the rest of PLAN.md as it is. After a change the plan shows as modified until a person approves it again.
4. Nothing is wrong: the person approves with \`work approve stage 1\`. Write the prompts of the next stage, and so on.

After the last stage \`work complete\` writes \`COMPLETION.md\` from all reports. Do not write it by hand, and do not set tasks completed that no agent reported.
`;

/** The two that go with this product, under the names that prompts and people know them by. */
export const skills: readonly Skill[] = [
  {
    name: 'implementing-workstream-plans',
    description:
      'How to work on a thread of a workstream plan: worktree, task tools, reports. Use it when a prompt names your thread and task.',
    text: implementing,
  },
  {
    name: 'create-workstream-plans',
    description:
      'How to write a workstream plan and lead it through its stages: grammar of PLAN.md, tasks, prompts, reports, fixes, approval.',
    text: planning,
  },
];

/** The file's text, as opencode reads skills. */
export const skillFile = ({ name, description, text }: Skill) =>
  `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n${text}`;

/** Where it is, relative to the repository's root, with `/`. */
export const skillPath = ({ name }: Pick<Skill, 'name'>) => `.opencode/skills/${name}/SKILL.md`;
