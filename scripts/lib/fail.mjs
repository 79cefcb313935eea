/** Something the person at the keyboard can put right: printed without a stack. */
export class Advice extends Error {}

/** Runs a script's main function; an {@link Advice} ends the process with its sentence alone. */
export async function main(action) {
  try {
    process.exitCode = (await action()) ?? process.exitCode ?? 0;
  } catch (error) {
    console.error(error instanceof Advice ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  }
}
