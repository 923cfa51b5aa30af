import { hash, verify } from '@node-rs/argon2';
import { ARGON2ID } from '@cairn/auth/src/adapters/argon2-password-hasher.ts';

// Verifies one password over and over on as many threads as it is told, and nothing else.
const [threads = 1, seconds = 1] = process.argv.slice(2).map(Number);
const password = 'correct horse battery staple';
const stored = await hash(password, ARGON2ID);
for (let i = 0; i < 10; i += 1) await verify(stored, password);

let done = 0;
const startedAt = performance.now();
const elapsedMs = () => performance.now() - startedAt;
await Promise.all(
  Array.from({ length: threads }, async () => {
    while (elapsedMs() < seconds * 1_000) {
      await verify(stored, password);
      done += 1;
    }
  }),
);
process.stdout.write(String((done * 1_000) / elapsedMs()));
