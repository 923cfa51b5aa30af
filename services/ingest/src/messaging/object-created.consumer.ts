import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import { parseS3Notification } from '@cairn/shared/events/s3-notification';
import { following, traced } from '@cairn/shared/telemetry/tracing';
import type { InspectArrivedFile } from '../domain/inspecting/inspect-arrived-file.ts';
import type { ReportFailure } from '../domain/inspecting/report-failure.ts';
import type { FindKnownUpload } from './known-uploads.ts';

export interface ObjectCreatedDeps {
  incomingBucket: string;
  /** S3's events carry no trace: it goes on from the declaration. */
  findUpload: FindKnownUpload;
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
      const upload = await deps.findUpload(uploadId);
      const { sequencer, createdAt } = object;
      const attributes = { upload_id: uploadId, file_id: fileId, receive_count: message.receiveCount };
      await following(upload?.origin, { userId: upload?.user_id }, () =>
        traced('file.arrived', { kind: 'consumer', attributes }, async () => {
          try {
            await deps.inspect({ uploadId, fileId, sequencer, createdAt }, signal);
          } catch (error) {
            if (message.receiveCount >= deps.showFailureFrom) await deps.reportFailure(uploadId, error);
            throw error;
          }
        }),
      );
    }
  };
}
