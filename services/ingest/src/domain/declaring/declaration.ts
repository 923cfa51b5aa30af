import type { DeclaredAsset } from '../upload.ts';

export interface DeclaredFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly content_type: string;
  readonly main: boolean;
}

export interface UploadDeclaration {
  /**
   * A new asset, or the asset that this is a further release of, or that the pictures are for: then there are
   * no files, and version, note and engines are empty.
   */
  readonly target:
    | { readonly kind: 'new_asset'; readonly asset: DeclaredAsset }
    | { readonly kind: 'release'; readonly asin: string }
    | { readonly kind: 'pictures'; readonly asin: string };
  readonly version: string;
  readonly note: string;
  readonly compatible_engine_ver: readonly string[];
  readonly files: readonly DeclaredFile[];
  readonly pictures: readonly Omit<DeclaredFile, 'main'>[];
}
