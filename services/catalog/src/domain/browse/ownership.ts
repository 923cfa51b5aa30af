/** Who owns what, in this replica's memory. */
export interface Ownership {
  /** Also those that search does not show. */
  idsOfOwner(userId: string): string[];
  idsOfCoOwner(userId: string): string[];
}
