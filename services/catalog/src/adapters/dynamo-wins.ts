import { isConditionFailed } from '@cairn/shared/aws/conditions';

/** Whether a conditional write met its condition; any other failure rejects. */
export async function wins(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
