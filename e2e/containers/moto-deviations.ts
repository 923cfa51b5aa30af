/** Tests of contracts that cannot hold on moto, by their titles, and why. Those of S3 alone: infra/test/s3/. */
export const MOTO_DEVIATIONS: Readonly<Record<string, string>> = {
  'lists sendings in parts once each, also several of one key, and ends them':
    'moto lists all sendings in parts at once, whatever max-uploads says',
};
