import type { SigningScope } from './signature.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ChunkSigning {
  signingKey: Buffer;
  scope: SigningScope;
  seedSignature: string;
}

/** What the signature says about the body. */
export type Payload =
  | { kind: 'unsigned' }
  | { kind: 'sha256'; hex: string }
  | { kind: 'aws-chunked'; trailer: boolean; signing: ChunkSigning | undefined };

export interface Caller {
  kind: 'anonymous' | 'signed';
  payload: Payload;
}

export interface AuthenticationInput {
  method: string;
  path: string;
  query: ReadonlyMap<string, string>;
  headers: ReadonlyMap<string, string>;
}

export interface Verifier {
  region: string;
  credentials: readonly Credentials[];
  now: () => Date;
}

export const MAX_SKEW_MS = 15 * 60 * 1000;
