import { CfnGatewayResponse, type CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { PROBLEMS, type ProblemCode } from '@cairn/shared/errors/problems';
import { PROBLEM_MEDIA_TYPE, problemBody } from '@cairn/shared/http/problem';
import type { Construct } from 'constructs';

/** What API Gateway answers itself, in the words of our own gateway (I10). */
export const GATEWAY_RESPONSES: Readonly<Record<string, ProblemCode>> = {
  // An unknown path is told like this, since there is no authorizer.
  MISSING_AUTHENTICATION_TOKEN: 'request.not_found',
  RESOURCE_NOT_FOUND: 'request.not_found',
  BAD_REQUEST_PARAMETERS: 'request.malformed',
  BAD_REQUEST_BODY: 'request.malformed',
  REQUEST_TOO_LARGE: 'request.too_large',
  UNSUPPORTED_MEDIA_TYPE: 'request.unsupported_media_type',
  THROTTLED: 'request.rate_limited',
  QUOTA_EXCEEDED: 'request.rate_limited',
  // All rules of the firewall are about how often somebody asks.
  WAF_FILTERED: 'request.rate_limited',
  INTEGRATION_FAILURE: 'service.bad_gateway',
  INTEGRATION_TIMEOUT: 'service.timeout',
  API_CONFIGURATION_ERROR: 'service.internal',
  // Tokens of AWS that somebody sent, of which there are none here: the services look at ours.
  ACCESS_DENIED: 'request.not_found',
  UNAUTHORIZED: 'auth.required',
  INVALID_SIGNATURE: 'auth.invalid_token',
  EXPIRED_TOKEN: 'auth.invalid_token',
  INVALID_API_KEY: 'auth.invalid_token',
  AUTHORIZER_FAILURE: 'service.internal',
  AUTHORIZER_CONFIGURATION_ERROR: 'service.internal',
  DEFAULT_4XX: 'request.malformed',
  DEFAULT_5XX: 'service.internal',
};

const RETRY_AFTER_SECONDS = 60;

export function gatewayResponses(scope: Construct, api: CfnRestApi): CfnGatewayResponse[] {
  return Object.entries(GATEWAY_RESPONSES).map(([responseType, code]) => {
    const { status } = PROBLEMS[code];
    return new CfnGatewayResponse(scope, `Answer${responseType.replaceAll('_', '')}`, {
      restApiId: api.ref,
      responseType,
      statusCode: String(status),
      responseParameters: {
        'gatewayresponse.header.Content-Type': `'${PROBLEM_MEDIA_TYPE}'`,
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
        'gatewayresponse.header.X-Request-Id': 'context.requestId',
        ...(status === 429 || status === 503
          ? { 'gatewayresponse.header.Retry-After': `'${RETRY_AFTER_SECONDS}'` }
          : {}),
      },
      // The key only chooses the template; the header above says what it is.
      responseTemplates: { 'application/json': JSON.stringify(problemBody(code, '$context.requestId')) },
    });
  });
}
