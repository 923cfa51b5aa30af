/**
 * On every answer of a service, and of the gateway: there is nothing in it to run, to frame or to sniff. What speaks
 * to browsers about documents alone has no place here, and HSTS is the gateway's, which knows whether clients come
 * by https.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
