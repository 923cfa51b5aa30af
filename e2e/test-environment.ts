/** How the product under test differs from `npm start`: shorter waits, no limits on how fast one asks, all lines. */
export const TEST_ENVIRONMENT: Readonly<Record<string, string>> = {
  LOG_LEVEL: 'trace',
  FIRST_LOOK_SECONDS: '1',
  SWEEP_INTERVAL_MS: '500',
  // How long a file stays with a worker that was killed.
  VISIBILITY_SECONDS: '6',
  CASCADE_DELAY_SECONDS: '1',
  REVOCATIONS_INTERVAL_MS: '2000',
  PURGE_SWEEP_INTERVAL_MS: '2000',
  RATE_LIMIT_GENERAL: 'off',
  RATE_LIMIT_REGISTRATION: 'off',
  RATE_LIMIT_SIGN_IN: 'off',
  RATE_LIMIT_UPLOAD: 'off',
};
