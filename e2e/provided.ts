declare module 'vitest' {
  export interface ProvidedContext {
    /** The API of the product under test, without a slash at the end. */
    productUrl: string;
    /** Whether somebody else has started that product. */
    isTarget: boolean;
    /** Where that product's keys are; undefined when they are not at hand. */
    dataFolder: string | undefined;
    /** Port of that product's DynamoDB. */
    dynamodbPort: number | undefined;
    /** Addresses of that product's services and of their metrics, by name. */
    serviceUrls: Readonly<Record<string, string>> | undefined;
    metricsUrls: Readonly<Record<string, string>> | undefined;
    /** The collector that it sends its traces to. */
    traceReceiverUrl: string | undefined;
  }
}
