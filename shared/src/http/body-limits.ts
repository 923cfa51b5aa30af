/**
 * The largest JSON body of each service in bytes. The gateway knows them too, so that a body that is too large
 * is refused before the service is asked. Every declaration that is legal fits into ingest's, however it is
 * escaped: 200 files and 20 pictures, each with a path of 255 bytes, beside the texts.
 */
export const BODY_LIMITS = {
  auth: 16_384,
  catalog: 262_144,
  ingest: 1_048_576,
} as const;
