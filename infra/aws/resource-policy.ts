/** The policy of a resource: `statements`, and the refusal of whatever does not come encrypted. */
export function resourcePolicy(
  action: string,
  resource: string | readonly string[],
  statements: readonly object[] = [],
): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyEncrypted',
        Effect: 'Deny',
        Principal: '*',
        Action: action,
        Resource: resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...statements,
    ],
  };
}
