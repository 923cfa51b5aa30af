export interface ReadyReport {
  readonly api: string;
  /** Of the supervisor. */
  readonly pid: number;
  readonly services: Readonly<
    Record<string, { readonly url: string; readonly pid: number; readonly metrics: string }>
  >;
  readonly aws: Readonly<Record<'s3' | 'dynamodb' | 'sqs' | 'sns', string>>;
  readonly data: string;
  readonly logs: string;
  readonly start_ms: number;
}

/** What is printed when everything answers: a few lines for people, or one of JSON for programs. */
export function readyMessage(report: ReadyReport, json: boolean): string {
  if (json) return JSON.stringify(report);
  const rows = [
    ['API', report.api],
    ['OpenAPI', `${report.api}/openapi.json`],
    ['S3', report.aws.s3],
    ['Data', report.data],
    ['Logs', report.logs],
  ] as const;
  return [
    `Cairn is ready (${(report.start_ms / 1_000).toFixed(1)} s). Ctrl-C stops it.`,
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(9)}${value}`),
    '',
  ].join('\n');
}
