/*
 * Every table, index, queue, topic, subscription and bucket of Cairn, named once.
 * The embedded stack, the containers and the description for AWS are made from these alone;
 * services learn the names from their environment (`serviceEnvironment` in environment.ts).
 */
export { buckets, type BucketName } from './resources/buckets.ts';
export { queues, type QueueName } from './resources/queues.ts';
export { tables, type TableName } from './resources/tables.ts';
export { subscriptions, topics, type TopicName } from './resources/topics.ts';
