export interface ActiveUser {
  readonly asin: string;
  readonly status: 'active';
  /** As it was typed, in NFC. */
  readonly username: string;
  /** The argon2id hash; the attribute has the name that the users table was asked to have. */
  readonly password: string;
  readonly date_created: string;
  /** Grows by one with every write. */
  readonly revision: number;
}

/** What is left of a deleted user, for ever. Nothing in it tells who it was once `cleanup` is gone. */
export interface DeletedUser {
  readonly asin: string;
  readonly status: 'deleted';
  readonly date_deleted: string;
  readonly revision: number;
  /** There as long as sessions or the name claim may still have to be removed. */
  readonly cleanup?: { readonly name: string };
}

export type User = ActiveUser | DeletedUser;

/** Who holds a name. It is theirs for good once it is confirmed, which is after their user item is there. */
export interface NameClaim {
  /** The folded name. */
  readonly name: string;
  readonly user_id: string;
  readonly state: 'pending' | 'confirmed';
  readonly claimed_at: string;
}
