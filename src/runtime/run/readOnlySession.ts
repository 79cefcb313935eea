import type { PermissionRule } from '../opencode/sessions';

const looking = ['read', 'grep', 'glob', 'list'];

/**
 * Rules of a session whose agent only looks: the last rule that fits decides, so that everything is denied but reading, also what
 * plugins and tool servers add and sub-agents, which would have other rules. Nothing asks: nobody would answer.
 */
export const readOnlyRules: readonly PermissionRule[] = [
  { permission: '*', pattern: '*', action: 'deny' },
  ...looking.map(permission => ({ permission, pattern: '*', action: 'allow' as const })),
  { permission: 'read', pattern: '*.env', action: 'deny' },
  { permission: 'read', pattern: '*.env.*', action: 'deny' },
];
