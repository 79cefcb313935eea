/** The files that a call of a built-in tool of opencode would write, as the model named them; empty for every other tool. */
export function writtenFiles(tool: string, input: unknown): readonly string[] {
  switch (tool) {
    case 'write':
    case 'edit':
    case 'multiedit':
      return texts(input, 'filePath');
    case 'apply_patch':
    case 'patch':
      return texts(input, 'patchText').flatMap(filesOfPatch);
    default:
      return [];
  }
}

/** Every file that a patch adds, changes, deletes or moves to. */
function filesOfPatch(patch: string): readonly string[] {
  return [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to):(.*)$/gm)]
    .map(([, file = '']) => file.trim())
    .filter(file => file !== '');
}

function texts(input: unknown, key: string): readonly string[] {
  const value = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof value === 'string' ? [value] : [];
}
