/** One metric: what it counts or measures, for whoever reads `/metrics`. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Their values come from sets that are fixed in code: operations, queues, codes; never from what a client sends. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in the unit of its name. */
  readonly buckets?: readonly number[];
}

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WORK_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/**
 * Every metric of every service, beside those that prom-client tells of the process. docs/operations.md has a row
 * for each, which `npm run check:docs` compares.
 */
export const METRICS = {
  cairn_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from a request to its answer, by operation and class of status',
    labels: ['operation', 'status'],
    buckets: REQUEST_SECONDS,
  },
  cairn_http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests under way; the gateway counts open streams too',
    labels: [],
  },
  cairn_refusals_total: {
    type: 'counter',
    help: 'Problems answered, by their code',
    labels: ['code'],
  },
  cairn_ready: {
    type: 'gauge',
    help: '1 while /readyz answers 200',
    labels: [],
  },

  cairn_gateway_failures_total: {
    type: 'counter',
    help: 'Requests whose service gave no proper answer, by what was wrong',
    labels: ['to', 'failure'],
  },
  cairn_gateway_circuit_open: {
    type: 'gauge',
    help: '1 while nothing is sent to a service because it has failed repeatedly',
    labels: ['to'],
  },

  cairn_queue_messages: {
    type: 'gauge',
    help: 'Messages in a queue that this service consumes, or in its dead-letter queue',
    labels: ['queue', 'state'],
  },
  cairn_queue_oldest_message_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest message that is known of; of a dead-letter queue, how long it has not been seen empty',
    labels: ['queue'],
  },
  cairn_message_wait_seconds: {
    type: 'histogram',
    help: 'Time from the sending of a message to its first receipt',
    labels: ['queue'],
    buckets: WORK_SECONDS,
  },
  cairn_message_handling_seconds: {
    type: 'histogram',
    help: 'Time that the handling of a message took, by what became of it',
    labels: ['queue', 'outcome'],
    buckets: WORK_SECONDS,
  },
  cairn_outbox_items: {
    type: 'gauge',
    help: 'Items with events that wait to be published, as the last sweep has found them',
    labels: ['table'],
  },
  cairn_outbox_oldest_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event that the last sweep has found waiting',
    labels: ['table'],
  },

  cairn_upload_stage_seconds: {
    type: 'histogram',
    help: 'Time that a stage of the pipeline took: arrival and inspection of a file, publication, searchable',
    labels: ['stage'],
    buckets: WORK_SECONDS,
  },
  cairn_uploads_ended_total: {
    type: 'counter',
    help: 'Uploads that came to a state that is told to their owner',
    labels: ['state'],
  },
  cairn_upload_refusals_total: {
    type: 'counter',
    help: 'Files and uploads that inspection or publication refused, by the code in the receipt',
    labels: ['code'],
  },
  cairn_inspections_running: {
    type: 'gauge',
    help: 'Inspections under way in child processes',
    labels: [],
  },
  cairn_inspections_waiting: {
    type: 'gauge',
    help: 'Inspections that wait for a child process',
    labels: [],
  },

  cairn_password_hashes_running: {
    type: 'gauge',
    help: 'Passwords that are being hashed or compared',
    labels: [],
  },
  cairn_password_hashes_waiting: {
    type: 'gauge',
    help: 'Passwords that wait for a hashing thread',
    labels: [],
  },

  cairn_index_assets: {
    type: 'gauge',
    help: 'Assets that search can find in this replica',
    labels: [],
  },
  cairn_index_searchable: {
    type: 'gauge',
    help: '1 while search answers from a whole index',
    labels: [],
  },
  cairn_replica_records: {
    type: 'gauge',
    help: 'Records in memory, those of deleted assets included',
    labels: [],
  },
  cairn_replica_staleness_seconds: {
    type: 'gauge',
    help: 'Time since this replica stood at the end of the change log',
    labels: [],
  },
  cairn_change_log_lag_entries: {
    type: 'gauge',
    help: 'Entries of the change log that this replica has not taken in yet',
    labels: [],
  },
  cairn_download_grants_lost_total: {
    type: 'counter',
    help: 'Downloads that went on without being counted',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
type OfType<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = OfType<'counter'>;
export type GaugeName = OfType<'gauge'>;
export type HistogramName = OfType<'histogram'>;
export type LabelOf<Name extends MetricName> = (typeof METRICS)[Name]['labels'][number];
