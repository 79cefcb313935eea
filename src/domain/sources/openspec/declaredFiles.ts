/** The paths and globs behind a `**Files:**` label and in the list below it, with `/`, each once. */
export function declaredFiles(lines: readonly string[]): readonly string[] {
  const found = new Set<string>();
  let isOpen = false;
  for (const line of lines) {
    const label = /^\s*(?:[-*]\s+)?\**files?(?: to (?:change|modify|create|touch))?(?:\s*:\**|\**\s*:)(.*)$/i.exec(line);
    if (label) isOpen = true;
    else if (!/^\s*[-*]\s+/.test(line) || /^\s*(?:[-*]\s+)?\*\*/.test(line)) isOpen = isOpen && line.trim() === '';
    if (isOpen) for (const path of pathsIn(label?.[1] ?? line)) found.add(path);
  }
  return [...found];
}

/** Words that are paths: in back-ticks, or with a folder, an extension or a star. */
function pathsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map(([, path]) => path ?? '');
  const words = quoted.length > 0 ? quoted : text.split(/[\s,;]+/).filter(word => /^[\w@.*{[~-][^:()]*[/.*][^:()]*$/.test(word));
  return words
    .map(word =>
      word
        .replace(/[.,;:]+$/, '')
        .replaceAll('\\', '/')
        .replace(/^\.\//, ''),
    )
    .filter(word => word !== '');
}
