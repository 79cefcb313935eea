import { Advice } from '../fail.mjs';

const oldest = [20, 19];

export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new Advice(
    `This project is developed with Node.js ${oldest.join('.')} or newer, and this is ${version}. Install a newer one from https://nodejs.org.`,
  );
}
