import { Aws, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  CfnDistribution,
  CfnOriginAccessControl,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { buckets } from '../resources.ts';
import { bucketPolicy } from './buckets.ts';
import { bucketArn, bucketName } from './names.ts';

const MISSING_SECONDS = 10;

/** The derived pictures for everybody: the bucket stays private, this distribution alone reads it. */
export class MediaStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const control = new CfnOriginAccessControl(this, 'OriginAccess', {
      originAccessControlConfig: {
        name: bucketName(buckets.media),
        originAccessControlOriginType: 's3',
        signingBehavior: 'always',
        signingProtocol: 'sigv4',
      },
    });
    const distribution = new CfnDistribution(this, 'Distribution', {
      distributionConfig: {
        enabled: true,
        comment: 'Cairn: derived pictures',
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        priceClass: 'PriceClass_100',
        origins: [
          {
            id: 'media',
            domainName: `${bucketName(buckets.media)}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}`,
            originAccessControlId: control.attrId,
            s3OriginConfig: { originAccessIdentity: '' },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: 'media',
          viewerProtocolPolicy: 'redirect-to-https',
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS.methods,
          compress: false,
          cachePolicyId: CachePolicy.CACHING_OPTIMIZED.cachePolicyId,
          originRequestPolicyId: OriginRequestPolicy.CORS_S3_ORIGIN.originRequestPolicyId,
          responseHeadersPolicyId:
            ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_AND_SECURITY_HEADERS.responseHeadersPolicyId,
        },
        // Who may not list a bucket is told 403 of what is not there.
        customErrorResponses: [{ errorCode: 403, errorCachingMinTtl: MISSING_SECONDS }],
        viewerCertificate: { cloudFrontDefaultCertificate: true },
      },
    });
    bucketPolicy(this, 'MediaBucketPolicy', buckets.media, [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `${bucketArn(buckets.media)}/*`,
        Condition: {
          StringEquals: {
            'aws:SourceArn': `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${distribution.ref}`,
          },
        },
      },
    ]);
    new CfnOutput(this, 'MediaUrl', { value: Fn.join('', ['https://', distribution.attrDomainName]) });
  }
}
