/** Who makes commits that nobody keeps, and when: the same content is always the same commit. */
export const nobody = {
  GIT_AUTHOR_NAME: 'work',
  GIT_AUTHOR_EMAIL: 'work@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'work',
  GIT_COMMITTER_EMAIL: 'work@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
};
