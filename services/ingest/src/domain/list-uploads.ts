import type { UploadRepository } from './ports.ts';
import type { Upload, UploadFile } from './upload.ts';

export interface UploadPage {
  readonly uploads: readonly { readonly upload: Upload; readonly files: readonly UploadFile[] }[];
  /** Opaque; undefined on the last page. */
  readonly next: string | undefined;
}

export type ListUploads = (
  userId: string,
  page: { limit: number; after: string | undefined },
) => Promise<UploadPage>;

/** A user's own uploads, newest first. The index only says which; the uploads are read as they are now. */
export function listUploads({ uploads }: { uploads: UploadRepository }): ListUploads {
  return async (userId, page) => {
    const { ids, next } = await uploads.ofUser(userId, page);
    const found = await Promise.all(ids.map((id) => uploads.findWhole(id)));
    return {
      uploads: found.flatMap((whole) => (whole?.upload.user_id === userId ? [whole] : [])),
      next,
    };
  };
}
