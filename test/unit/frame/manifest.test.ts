import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { defaultSettings, parseSettings, settingNames } from '../../../src/domain/settings/parseSettings';
import { machineSettings, trustedSettings } from '../../../src/domain/settings/settings';
import {
  CommandId,
  ContainerId,
  ContextKey,
  CustomEditorId,
  PanelId,
  FileSystemScheme,
  Setting,
  TaskType,
  ViewId,
} from '../../../src/contributions';

const text = readFileSync('package.json', 'utf8');
const translations = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync('package.nls.json', 'utf8')));

const menuItem = z.looseObject({ command: z.string(), when: z.string(), group: z.string().default('') /* the palette has no groups */ });
const property = z.looseObject({
  default: z.unknown(),
  scope: z.string(),
  order: z.number(),
  markdownDescription: z.string(),
  enum: z.array(z.string()).optional(),
  markdownEnumDescriptions: z.array(z.string()).optional(),
});
const manifest = z
  .looseObject({
    main: z.string(),
    icon: z.string().optional(),
    activationEvents: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.object({
        supported: z.literal('limited'),
        description: z.string(),
        restrictedConfigurations: z.array(z.string()),
      }),
      virtualWorkspaces: z.object({ supported: z.literal(false), description: z.string() }),
    }),
    contributes: z.looseObject({
      viewsContainers: z.record(z.string(), z.array(z.looseObject({ id: z.string(), icon: z.string() }))),
      views: z.record(z.string(), z.array(z.looseObject({ id: z.string() }))),
      walkthroughs: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          description: z.string(),
          steps: z.array(
            z.object({
              id: z.string(),
              title: z.string(),
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string() }),
              completionEvents: z.array(z.string()),
            }),
          ),
        }),
      ),
      viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
      commands: z.array(
        z.looseObject({
          command: z.string(),
          title: z.string(),
          category: z.string(),
          icon: z.string(),
          enablement: z.string().optional(),
        }),
      ),
      menus: z.record(z.string(), z.array(menuItem)),
      keybindings: z.array(z.looseObject({ command: z.string(), key: z.string(), when: z.string() })),
      taskDefinitions: z.array(z.looseObject({ type: z.string() })),
      customEditors: z.array(z.looseObject({ viewType: z.string(), priority: z.string() })),
      configuration: z.array(z.looseObject({ title: z.string(), order: z.number(), properties: z.record(z.string(), property) })),
    }),
  })
  .parse(JSON.parse(text));
const { contributes } = manifest;
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  z.infer<typeof property>
>;

/** Menus that ordinary extensions may contribute to; others need a proposed interface, which published VS Code refuses. */
const stableMenus = [
  'commandPalette',
  'comments/comment/context',
  'comments/comment/title',
  'comments/commentThread/context',
  'comments/commentThread/title',
  'editor/context',
  'editor/title',
  'editor/title/context',
  'explorer/context',
  'scm/title',
  'terminal/context',
  'terminal/title/context',
  'view/item/context',
  'view/title',
  'webview/context',
];
const builtinKeys = [
  'activeCustomEditorId',
  'comment',
  'commentController',
  'commentIsEmpty',
  'commentThread',
  'false',
  'focusedView',
  'inputFocus',
  'isWorkspaceTrusted',
  'resourceDirname',
  'resourceFilename',
  'resourceScheme',
  'treeFindOpen',
  'view',
  'viewItem',
  'workbenchState',
];
/** The editor offers what something reads; the schema also knows the names that are reserved. */
const isOffered = (name: string) => Object.values(Setting).some(setting => setting === name);
const sorted = (values: Iterable<string>) => [...values].sort();

describe('The manifest', () => {
  it('declares exactly the ids that the code knows', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(CommandId)));
    assert.deepEqual(sorted(Object.values(contributes.views).flatMap(views => views.map(({ id }) => id))), sorted(Object.values(ViewId)));
    assert.deepEqual(
      sorted(Object.values(contributes.viewsContainers).flatMap(all => all.map(({ id }) => id))),
      Object.values(ContainerId),
    );
    assert.deepEqual(Object.keys(contributes.views), Object.values(ContainerId));
    assert.deepEqual(sorted(contributes.customEditors.map(({ viewType }) => viewType)), sorted(Object.values(CustomEditorId)));
    assert.deepEqual(
      contributes.taskDefinitions.map(({ type }) => type),
      Object.values(TaskType),
    );
    assert.deepEqual(sorted(Object.keys(settings)), sorted(Object.values(Setting)));
  });

  it('refers only to commands, views and context keys that exist', () => {
    const commands = new Set<string>(Object.values(CommandId));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    const linked = [...JSON.stringify(translations).matchAll(/command:(work\.\w+)/g)].map(([, command]) => command ?? '');
    assert.deepEqual(
      [...used, ...linked].filter(command => !commands.has(command)),
      [],
    );
    assert.deepEqual(sorted(new Set(contributes.viewsWelcome.map(({ view }) => view))), Object.values(ViewId));
    const keys = new Set<string>([...builtinKeys, ...Object.values(ContextKey)]);
    const conditions = [
      ...Object.values(contributes.menus).flat(),
      ...contributes.keybindings,
      ...contributes.viewsWelcome,
      ...contributes.commands.map(({ enablement }) => ({ when: enablement ?? '' })),
    ].map(({ when }) => when);
    const named = conditions.flatMap(when => when.split(/&&|\|\|/).map(term => /[\w.]+/.exec(term)?.[0] ?? ''));
    assert.deepEqual(
      sorted(new Set(named)).filter(key => key !== '' && !keys.has(key)),
      [],
    );
  });

  it('has a text for every %key%, and uses every text', () => {
    const used = new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(sorted(used), sorted(Object.keys(translations)));
    assert.deepEqual(
      Object.entries(translations).filter(([, value]) => value.trim() === ''),
      [],
    );
  });

  it('shows no text of its own that cannot be translated', () => {
    const shown = [
      ...text.matchAll(/"(?:title|category|displayName|description|contents|markdownDescription|name|contextualTitle)": "(?!%)([^"]*)"/g),
    ];
    assert.deepEqual(
      shown.map(([, value]) => value),
      ['workstreams'],
    );
  });

  it('needs no proposed interface', () => {
    assert.ok(!text.includes('enabledApiProposals'));
    assert.deepEqual(
      Object.keys(contributes.menus).filter(menu => !stableMenus.includes(menu)),
      [],
    );
  });

  it('says when commands are enabled by enablement, not by a condition that VS Code ignores', () => {
    assert.deepEqual(
      contributes.commands.filter(command => 'when' in command),
      [],
    );
  });

  it('lets no key that turns during a run decide about the buttons of rows: VS Code would draw every row again', () => {
    const turning = [ContextKey.running, ContextKey.paused, ContextKey.asks, ContextKey.server];
    const onRows = contributes.menus['view/item/context'] ?? [];
    const conditions = [...onRows, ...contributes.commands.filter(({ command }) => onRows.some(item => item.command === command))].map(
      item => ('enablement' in item ? item.enablement : 'when' in item ? item.when : ''),
    );
    assert.ok(conditions.length > 0);
    assert.deepEqual(
      conditions.filter(condition => turning.some(key => String(condition).includes(key))),
      [],
    );
  });

  it('puts every command under Work', () => {
    assert.equal(translations.category, 'Work');
    assert.deepEqual(
      contributes.commands.filter(({ category }) => category !== '%category%'),
      [],
    );
  });

  it('binds keys only while one of the trees has the focus, and never while something is typed', () => {
    for (const { when } of contributes.keybindings) assert.match(when, /^focusedView == work\.(tree|worktrees) && !inputFocus\b/);
  });

  it('runs nothing in an untrusted workspace', () => {
    const harmless: string[] = [
      CommandId.runBatch, // these two say why nothing runs
      CommandId.continue,
      CommandId.dryRun,
      CommandId.stop,
      CommandId.stopAll,
      CommandId.pause,
      CommandId.resume,
      CommandId.focusTerminal,
      CommandId.nextThread,
      CommandId.previousThread,
      CommandId.goToPlan,
      CommandId.openCompletion,
      CommandId.openReportMarkdown,
      CommandId.copyReport,
      CommandId.openChanges,
      CommandId.openReviewedFile,
      CommandId.showDependencies,
      CommandId.showJournal,
      CommandId.showLog,
      CommandId.refresh,
      CommandId.revealWorktree,
      CommandId.refreshWorktrees,
    ];
    const open = contributes.commands.filter(({ enablement = '' }) => !enablement.includes('isWorkspaceTrusted'));
    assert.deepEqual(sorted(open.map(({ command }) => command)), sorted(harmless));
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual(sorted(restrictedConfigurations), sorted([...machineSettings, ...trustedSettings].filter(isOffered)));
  });

  it('has the settings, defaults and choices that the command line has too', () => {
    assert.deepEqual(
      Object.values(Setting).filter(name => !settingNames.includes(name)),
      [],
    );
    const defaults = Object.fromEntries(Object.entries(settings).map(([id, setting]) => [id, setting.default]));
    const parsed = parseSettings(defaults);
    assert.deepEqual(parsed.problems, []);
    assert.equal(JSON.stringify(parsed.settings), JSON.stringify(defaultSettings));
    const choices = Object.entries(settings).flatMap(([id, setting]) => (setting.enum ?? []).map(choice => [id, choice] as const));
    assert.deepEqual(
      choices.flatMap(([id, choice]) => parseSettings({ [id]: choice }).problems),
      [],
    );
    const unknown = Object.entries(settings).flatMap(([id, setting]) => (setting.enum ? [id] : []));
    assert.deepEqual(
      unknown.filter(id => parseSettings({ [id]: 'something else' }).problems.length === 0),
      [],
    );
  });

  it('lets a workspace neither choose the executable nor the server', () => {
    const onMachine = Object.entries(settings).filter(([, { scope }]) => scope === 'machine');
    assert.deepEqual(sorted(onMachine.map(([id]) => id)), sorted(machineSettings.filter(isOffered)));
  });

  it('gives every setting a place, a scope, a default, and every choice a description', () => {
    const orders = Object.values(settings).map(({ order }) => order);
    assert.deepEqual(
      orders,
      orders.map((_, index) => index + 1),
      'the page of settings shows them as they stand in the manifest',
    );
    for (const [id, setting] of Object.entries(settings)) {
      assert.notEqual(setting.default, undefined, id);
      assert.equal(setting.markdownEnumDescriptions?.length, setting.enum?.length, id);
      if (setting.enum) assert.ok(setting.enum.includes(String(setting.default)), id);
    }
  });

  it('wakes up for whatever is restored before start-up has finished', () => {
    assert.deepEqual(manifest.activationEvents, [
      'onStartupFinished',
      `onFileSystem:${FileSystemScheme.git}`,
      `onCustomEditor:${CustomEditorId.report}`,
      `onWebviewPanel:${PanelId.dependencies}`,
    ]);
  });

  it('opens reports as text unless the page is asked for', () => {
    for (const { priority } of contributes.customEditors) assert.equal(priority, 'option');
  });

  it('names pictures that exist', () => {
    const pictures = [...text.matchAll(/"icon": "(?!\$\()([^"]+)"/g)].map(([, file]) => file ?? '');
    assert.deepEqual([...new Set(pictures)].sort(), ['media/icon.png', 'media/work.svg']);
    for (const picture of pictures) assert.ok(existsSync(picture), picture);
  });

  it('leads a newcomer from the empty view to steps that commands complete, with pictures in the colours of the theme', () => {
    const [walkthrough] = contributes.walkthroughs;
    const link = `command:workbench.action.openWalkthrough?${encodeURIComponent(`"workstreams.workstreams#${walkthrough?.id ?? ''}"`)}`;
    assert.ok(translations['welcome.noWork']?.includes(link), link);
    const commands = new Set(contributes.commands.map(({ command }) => command));
    for (const { id, media, completionEvents } of walkthrough?.steps ?? []) {
      const picture = readFileSync(media.svg, 'utf8');
      assert.doesNotMatch(picture.replace(/var\([^)]*(?:\([^)]*\)[^)]*)*\)/g, ''), /#[0-9a-f]{3}|rgb|style=/i, media.svg);
      const completing = completionEvents.flatMap(event => (event.startsWith('onCommand:') ? event.slice('onCommand:'.length) : []));
      assert.ok(completing.length > 0 && completing.every(command => commands.has(command)), id);
    }
    assert.equal(walkthrough?.steps.length, 4, 'the view says how many there are');
  });
});

describe('The menus', () => {
  const titleActions = contributes.menus['view/title']?.filter(({ group }) => group.startsWith('navigation')) ?? [];
  const inlineActions = contributes.menus['view/item/context']?.filter(({ group }) => group.startsWith('inline')) ?? [];

  it('show at most three actions in the view title, in every state of a run', () => {
    for (const keys of [[], ['running'], ['running', 'paused'], ['running', 'asks'], ['running', 'paused', 'asks']]) {
      const state = Object.fromEntries(keys.map(key => [key, true]));
      const shown = titleActions.filter(({ when }) => holds(when, { view: 'work.tree', state }));
      assert.ok(shown.length >= 1 && shown.length <= 3, `${keys.join(' and ')}: ${shown.map(({ command }) => command).join(', ')}`);
    }
  });

  const rows: readonly [contextValue: string, inline: string[]][] = [
    ['stage pending', []],
    ['stage in_progress', [CommandId.openStageReport]],
    ['stage completed gate', [CommandId.approveStage, CommandId.openStageReport]],
    ['stage completed approved', [CommandId.openStageReport]],
    ['batch pending', [CommandId.runBatch]],
    ['batch in_progress running', [CommandId.stop, CommandId.openBatchReport]],
    ['batch blocked', [CommandId.runBatch, CommandId.openBatchReport]],
    ['batch completed', [CommandId.openBatchReport]],
    ['thread pending', []],
    ['thread in_progress running', [CommandId.stop]],
    ['thread in_progress running asks', [CommandId.answer, CommandId.stop]],
    ['task pending', [CommandId.runTask]],
    ['task in_progress running', [CommandId.stop]],
    ['task in_progress running asks', [CommandId.answer, CommandId.stop]],
    ['thread in_progress running asks session', [CommandId.answer, CommandId.stop]],
    ['thread completed merged session', [CommandId.openChanges]],
    ['task in_progress running session', [CommandId.openChanges, CommandId.stop]],
    ['task blocked', [CommandId.retryTask]],
    ['task completed', []],
    ['task pending readonly', []],
    ['batch pending readonly next', []],
    ['worktree main present', [CommandId.showWorktreeChanges]],
    ['worktree attempt present dirty removable', [CommandId.showWorktreeChanges, CommandId.openWorktree]],
    ['worktree attempt removable', []],
    ['snapshot unmerged', [CommandId.restoreWorktree]],
    ['deletedGroup', [CommandId.forgetMerged]],
    ['worktree foreign present', [CommandId.showWorktreeChanges, CommandId.openWorktree]],
  ];
  for (const [viewItem, inline] of rows) {
    it(`show ${inline.join(' and ') || 'nothing'} on the row of a ${viewItem}`, () => {
      const view = /^(worktree|snapshot|deletedGroup)/.test(viewItem) ? 'work.worktrees' : 'work.tree';
      const shown = inlineActions.filter(({ when }) => holds(when, { view, viewItem }));
      assert.ok(shown.length <= 2);
      assert.deepEqual(sorted(shown.map(({ command }) => command)), sorted(inline));
    });
  }

  it('offer nothing on somebody else’s worktree that could hurt it', () => {
    const offered = (viewItem: string) =>
      contributes.menus['view/item/context']
        ?.filter(({ when }) => holds(when, { view: 'work.worktrees', viewItem }))
        .map(({ command }) => command) ?? [];
    const harmless = [
      CommandId.openWorktreeFile,
      CommandId.openWorktree,
      CommandId.addWorktreeToWorkspace,
      CommandId.revealWorktree,
      CommandId.openWorktreeTerminal,
      CommandId.showWorktreeChanges,
    ];
    assert.deepEqual(sorted(new Set(offered('worktree foreign present dirty'))), sorted(harmless));
    assert.ok(!offered('worktree main present').some(command => command === CommandId.openWorktree));
  });

  it('offer to forget a deleted worktree in its menu alone, where no slip of the mouse meets it', () => {
    const offered = (viewItem: string) =>
      contributes.menus['view/item/context']?.flatMap(({ command, when, group }) =>
        holds(when, { view: 'work.worktrees', viewItem }) ? [`${group} ${command}`] : [],
      );
    for (const row of ['snapshot', 'snapshot unmerged']) {
      assert.deepEqual(sorted(offered(row)?.filter(item => !item.startsWith('2_')) ?? []), [
        `1_open@1 ${CommandId.restoreWorktree}`,
        `3_remove@1 ${CommandId.forgetWorktree}`,
        `inline@1 ${CommandId.restoreWorktree}`,
      ]);
    }
    assert.ok(!offered('worktree attempt present removable')?.some(item => item.includes('forget')));
  });

  it('offer on a task what can be done about it as it stands', () => {
    const deeds: string[] = [
      CommandId.runTask,
      CommandId.retryTask,
      CommandId.resumeTask,
      CommandId.retryWithAgent,
      CommandId.adjustScope,
      CommandId.createBlockerTask,
      CommandId.markCompleted,
      CommandId.skipTask,
    ];
    const offered = (viewItem: string) => {
      const shown = contributes.menus['view/item/context']?.filter(
        ({ when, group }) => !group.startsWith('inline') && holds(when, { view: 'work.tree', viewItem }),
      );
      return deeds.filter(command => shown?.some(item => item.command === command));
    };
    assert.deepEqual(offered('task blocked session worktree'), deeds);
    assert.deepEqual(
      offered('task blocked'),
      deeds.filter(command => command !== CommandId.resumeTask),
    );
    assert.deepEqual(offered('task pending session'), [
      CommandId.runTask,
      CommandId.resumeTask,
      CommandId.markCompleted,
      CommandId.skipTask,
    ]);
    assert.deepEqual(offered('task completed session'), [CommandId.retryTask]);
    assert.deepEqual(offered('task in_progress running session'), []);
    assert.deepEqual(offered('task blocked readonly session'), []);
  });

  it('offer everything that stands on a row in its menu too', () => {
    const menu = contributes.menus['view/item/context']?.filter(({ group }) => !group.startsWith('inline')).map(({ command }) => command);
    assert.deepEqual(
      inlineActions.map(({ command }) => command).filter(command => !menu?.includes(command)),
      [],
    );
  });
});

type Facts = { readonly view: string; readonly viewItem?: string; readonly state?: Readonly<Record<string, boolean>> };

/** Evaluates the conditions that our menus use: `a && b`, `!a`, `a == b`, `a =~ /b/`, and `!(…)` around one of these. */
function holds(when: string, facts: Facts): boolean {
  return when.split(' && ').every(term => {
    const negated = term.startsWith('!');
    const bare = term.replace(/^!/, '').replace(/^\((.*)\)$/, '$1');
    const [, name = '', operator, operand = ''] = /^([\w.]+)(?: (==|=~) (.+))?$/.exec(bare) ?? [];
    const value =
      name === 'view' ? facts.view : name === 'viewItem' ? (facts.viewItem ?? '') : facts.state?.[name.replace('work.', '')] === true;
    const truth =
      operator === '==' ? value === operand : operator === '=~' ? new RegExp(operand.slice(1, -1)).test(String(value)) : value === true;
    return truth !== negated;
  });
}
