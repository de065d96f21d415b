// SPDX-License-Identifier: Apache-2.0
import { bytesAt, isObject, textAt, timeAt, valueAt } from './field.ts';
import type { Missed, Observation } from './observation.ts';

/** What puts something into a bucket, or into the hands of others (S3 data events of CloudTrail). */
const WRITES = new Set([
  'PutObject',
  'CopyObject',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
  'PostObject',
  'ReplicateObject',
  'PutObjectAcl',
]);

const BUCKET = ['requestParameters.bucketName'];
/** The role, not its session: that has another name each time. */
const WHO = [
  'userIdentity.sessionContext.sessionIssuer.arn',
  'userIdentity.arn',
  'userIdentity.invokedBy',
  'userIdentity.accountId',
];

/** A write to S3 as CloudTrail has it. One that was refused counts too: it was tried, and nobody tries by accident. */
export function observeCloudTrail(record: unknown): Observation | Missed {
  if (textAt(record, 'eventSource') !== 's3.amazonaws.com' || !WRITES.has(textAt(record, 'eventName') ?? ''))
    return 'elsewhere';
  const time = timeAt(record, 'eventTime', 's');
  if (time === undefined) return 'undated';
  const bucket = textAt(record, BUCKET);
  if (bucket === undefined) return 'unaddressed';
  const workload = textAt(record, WHO);
  if (workload === undefined) return 'unattributed';
  const name = `${ownerOf(record) ?? 'unknown'}/${bucket}`;
  return {
    time,
    workload,
    destination: { kind: 'bucket', name },
    bytes: bytesAt(record, 'additionalEventData.bytesTransferredIn'),
  };
}

/** The account that owns the bucket is told of the resource; `recipientAccountId` is whoever keeps this log. */
function ownerOf(record: unknown): string | undefined {
  const resources = valueAt(record, 'resources');
  if (!Array.isArray(resources)) return undefined;
  const bucket = resources.find((each: unknown) => isObject(each) && each['type'] === 'AWS::S3::Bucket');
  return textAt(bucket, 'accountId');
}
