/** Every id that the manifest declares; a test compares both. */
export const ContainerId = { work: 'work' } as const;
export const ViewId = { tree: 'work.tree' } as const;
