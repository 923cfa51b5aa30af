import type { EventName } from './notification-rules.ts';
import { formEncodeKey } from '../authentication/uri-encoding.ts';

export interface ObjectEvent {
  eventName: EventName;
  time: Date;
  region: string;
  requestId: string;
  sourceIp: string;
  bucketName: string;
  key: string;
  sequencer: string;
  /** Removals have none. */
  content?: { sizeBytes: number; etag: string };
}

const OWNER = { principalId: 'CAIRNLOCAL' };

/** The body of the SQS message, in the structure of S3's events of version 2.1. */
export function eventMessage(event: ObjectEvent, configurationId: string): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: event.region,
        eventTime: event.time.toISOString(),
        eventName: event.eventName,
        userIdentity: { principalId: `AWS:${OWNER.principalId}` },
        requestParameters: { sourceIPAddress: event.sourceIp },
        responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': event.requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: {
            name: event.bucketName,
            ownerIdentity: OWNER,
            arn: `arn:aws:s3:::${event.bucketName}`,
          },
          object: {
            key: formEncodeKey(event.key),
            ...(event.content && { size: event.content.sizeBytes, eTag: event.content.etag }),
            sequencer: event.sequencer,
          },
        },
      },
    ],
  });
}

export function testEventMessage(bucketName: string, time: Date, requestId: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: time.toISOString(),
    Bucket: bucketName,
    RequestId: requestId,
    HostId: requestId,
  });
}
