import { GenericContainer, getContainerRuntimeClient, Wait, type StartedTestContainer } from 'testcontainers';
import type { TestProject } from 'vitest/node';
import { oneAtATime } from './one-at-a-time.ts';
import { say } from './say.ts';

/** The last LocalStack that runs without an account. */
const DEFAULT_IMAGE = 'localstack/localstack:4.14.0';
const PORT = 4566;
const START_WITHIN_MS = 120_000;

export type Emulator =
  | { readonly image: string; readonly endpoint: string }
  | { readonly image: string; readonly absent: string };

declare module 'vitest' {
  export interface ProvidedContext {
    emulator: Emulator;
  }
}

/** One emulator of AWS for all container suites; without one they are skipped, and the reason is printed. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const image = process.env.AWS_EMULATOR_IMAGE ?? DEFAULT_IMAGE;
  const container = await start(image);
  if (typeof container === 'string') {
    say(`skipped: ${container}`);
    project.provide('emulator', { image, absent: container });
    return undefined;
  }
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(PORT)}`;
  const isMoto = image.includes('moto');
  const door = isMoto ? await oneAtATime(endpoint) : undefined;
  project.provide('emulator', { image, endpoint: door?.endpoint ?? endpoint });
  say(`running against ${image}`);
  if (image !== DEFAULT_IMAGE) say(`${DEFAULT_IMAGE} was not run`);
  // The S3 conformance suite knows moto's deviations; it is for nothing else.
  if (isMoto) process.env.AWS_EMULATOR_ENDPOINT = endpoint;
  return async () => {
    door?.close();
    await container.stop();
  };
}

/** The running container, or why there is none. */
async function start(image: string): Promise<StartedTestContainer | string> {
  try {
    await getContainerRuntimeClient();
  } catch (error) {
    return `no container engine answers (${messageOf(error)})`;
  }
  try {
    return await new GenericContainer(image)
      .withEnvironment({ MOTO_ACCOUNT_ID: '000000000000' })
      .withExposedPorts(PORT)
      .withWaitStrategy(Wait.forHttp('/', PORT).forStatusCodeMatching(() => true))
      .withStartupTimeout(START_WITHIN_MS)
      .start();
  } catch (error) {
    return `the image ${image} cannot be had or does not start (${messageOf(error)})`;
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 200);
