/** What was run, and what an emulator gets wrong, is printed: nobody should have to guess it. */
export function say(line: string): void {
  process.stdout.write(`containers: ${line}\n`);
}
