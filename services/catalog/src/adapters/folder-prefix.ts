/** One folder, or one in another, each with its slash: what is deleted is never more than was meant. */
export const isFolder = (prefix: string): boolean => /^[^/]+\/([^/]+\/)?$/.test(prefix);
