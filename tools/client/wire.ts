/** The parts of the API's bodies that its clients here read. The contract itself is `/openapi.json`. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly request_id: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly errors?: readonly FieldProblem[];
}

export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface User {
  readonly asin: string;
  readonly username: string;
  readonly date_created: string;
}

export interface SignedIn {
  readonly token: string;
  readonly token_type: 'Bearer';
  /** Seconds */
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly user: User;
}

export interface CreatedApiKey {
  readonly key_id: string;
  /** Shown this once. */
  readonly key: string;
}

export type Kind = '2d' | '3d';

export interface DeclaredFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly content_type?: string;
  readonly main?: boolean;
}

export interface UploadDeclaration {
  readonly name: string;
  readonly description: string;
  readonly kind: Kind;
  readonly tags: readonly string[];
  readonly license: string;
  readonly compatible_engine_ver: readonly string[];
  readonly version?: string;
  readonly note?: string;
  readonly files: readonly DeclaredFile[];
  readonly pictures: readonly DeclaredFile[];
}

export interface PresignedPut {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

export interface ReceiptFile {
  readonly file_id: string;
  readonly role: 'file' | 'picture';
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly stage: 'waiting' | 'inspecting' | 'accepted' | 'rejected';
  readonly percent: number;
  readonly refusal?: FieldProblem;
  readonly put?: PresignedPut;
}

/** `failed` is none of them: the product tries again. */
export const ENDED_STATES = ['published', 'rejected', 'expired', 'aborted'] as const;
export type UploadState = 'created' | 'uploading' | 'inspecting' | 'failed' | (typeof ENDED_STATES)[number];

export interface Receipt {
  readonly upload_id: string;
  readonly asin: string;
  readonly version: string;
  readonly state: UploadState;
  readonly created_at: string;
  readonly expires_at: string;
  readonly refusal?: FieldProblem;
  readonly files: readonly ReceiptFile[];
}

export interface AssetSummary {
  readonly asin: string;
  readonly name: string;
  readonly kind: Kind;
  readonly downloads: number;
}

export interface SearchPage {
  readonly items: readonly AssetSummary[];
  readonly total: number;
  readonly next_cursor: string | null;
}

export interface ImageVariant {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly url: string;
}

export interface Asset extends AssetSummary {
  readonly user_id: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly license: string;
  readonly compatible_engine_ver: readonly string[];
  readonly version: string;
  readonly asset_location: string;
  readonly asset_size: number;
  readonly images: readonly {
    readonly image_id: string;
    readonly width: number;
    readonly height: number;
    readonly variants: readonly ImageVariant[];
  }[];
  readonly date_posted: string;
  readonly date_updated: string;
  readonly revision: number;
}

export interface ReleaseFile {
  readonly file_id: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly media_type: string;
  readonly download_url: string;
}

export interface Release {
  readonly asin: string;
  readonly version: string;
  readonly size: number;
  readonly main_file_id: string;
  readonly files: readonly ReleaseFile[];
}
