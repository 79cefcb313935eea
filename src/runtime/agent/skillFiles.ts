import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { skillFile, skillPath, skills, type Skill } from '../../domain/skills/skills';
import { FilesError } from '../files/filesError';
import { readText } from '../files/readText';
import { writeText } from '../files/writeText';

/** `changed`: there is another text, which may be somebody's own. */
export type SkillState = { readonly skill: Skill; /** Absolute. */ readonly file: string; readonly state: 'absent' | 'same' | 'changed' };

/** The skills of this product and what the repository has of them. */
export function readSkills(root: string): Promise<readonly SkillState[]> {
  return Promise.all(
    skills.map(async skill => {
      const file = path.join(root, ...skillPath(skill).split('/'));
      const read = await readText(file);
      if (read.kind === 'bad') {
        throw new FilesError('failed', `${skillPath(skill)} cannot be read: ${read.message}.`, { file, cause: read.cause });
      }
      const state = read.kind === 'absent' ? 'absent' : read.text === skillFile(skill) ? 'same' : 'changed';
      return { skill, file, state };
    }),
  );
}

/**
 * Writes a skill into the repository, over whatever is there.
 * @throws FilesError `invalid` when a link leads out of the repository, `failed` when it cannot be written
 */
export async function writeSkill(root: string, skill: Skill): Promise<string> {
  let file = root;
  for (const part of skillPath(skill).split('/')) {
    file = path.join(file, part);
    const isLink = (await lstat(file).catch(() => undefined))?.isSymbolicLink() === true;
    if (isLink) {
      throw new FilesError('invalid', `${path.relative(root, file)} is a link. Replace it by a file or folder of its own.`, { file });
    }
  }
  await writeText(file, skillFile(skill));
  return file;
}
