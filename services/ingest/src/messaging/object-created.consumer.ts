import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import { parseS3Notification } from '@cairn/shared/events/s3-notification';
import type { InspectArrivedFile } from '../domain/inspecting/inspect-arrived-file.ts';
import type { ReportFailure } from '../domain/inspecting/report-failure.ts';

export interface ObjectCreatedDeps {
  incomingBucket: string;
  inspect: InspectArrivedFile;
  reportFailure: ReportFailure;
  /** From this receive on, a failure is shown in the receipt. */
  showFailureFrom: number;
}

/** Objects that arrived in `incoming`. Every record of the message must be done before it is acknowledged. */
export function objectCreatedConsumer(deps: ObjectCreatedDeps): MessageHandler {
  return async (message, signal) => {
    for (const object of parseS3Notification(message.body)) {
      if (object.bucket !== deps.incomingBucket) throw new PoisonMessageError('an event of another bucket');
      const [uploadId, fileId, ...rest] = object.key.split('/');
      if (uploadId === undefined || fileId === undefined || rest.length > 0) {
        throw new PoisonMessageError('the key is not upload_id/file_id');
      }
      try {
        await deps.inspect({ uploadId, fileId, sequencer: object.sequencer }, signal);
      } catch (error) {
        if (message.receiveCount >= deps.showFailureFrom) await deps.reportFailure(uploadId, error);
        throw error;
      }
    }
  };
}
