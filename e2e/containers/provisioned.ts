import { createAwsClients } from '@cairn/infra/aws-clients';
import { provision } from '@cairn/infra/provision';

/** Everything in resources.ts, on the tier's emulator; what is there already stays as it is. */
export async function provisioned(): Promise<void> {
  const clients = createAwsClients();
  try {
    await provision(clients);
  } finally {
    clients.destroy();
  }
}
