import { setTimeout as delay } from 'node:timers/promises';
import { createAwsClients } from '../aws-clients.ts';
import { provision } from '../provision.ts';

// The one-shot container `provision` of docker-compose.yml: waits until the emulator answers, makes everything
// in infra/resources.ts, says what the topic is called, and ends.
const WAIT_MS = 60_000;
const PAUSE_MS = 500;

const clients = createAwsClients();
const deadline = Date.now() + WAIT_MS;
for (;;) {
  try {
    const { assetEventsTopicArn } = await provision(clients);
    console.log(`everything is there; events go to ${assetEventsTopicArn}`);
    break;
  } catch (error) {
    if (Date.now() > deadline) throw error;
    console.log(`not yet: ${error instanceof Error ? error.message : String(error)}`);
    await delay(PAUSE_MS);
  }
}
clients.destroy();
