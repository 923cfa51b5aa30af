interface LivingUser {
  readonly asin: string;
  /** As it was typed, in NFC. */
  readonly username: string;
  /** The argon2id hash; the attribute has the name that the users table was asked to have. */
  readonly password: string;
  readonly date_created: string;
  /** Absent while it is the first one. Whoever has proved an earlier one has proved nothing any more. */
  readonly password_changed_at?: string;
  /** The session in which it was changed, the one of the earlier ones that goes on. */
  readonly password_changed_in?: string;
  readonly username_changed_at?: string;
  /** There from the wish for another name until everything about it is done. */
  readonly renaming?: Renaming;
  /** Folded names that are still kept for this user, or were: what a deletion has to release too. */
  readonly former_names?: readonly string[];
  /** Names the newest change: a writer whose answer was lost knows its own by it. */
  readonly last_change_id?: string;
  /** Grows by one with every write. */
  readonly revision: number;
}

export interface ActiveUser extends LivingUser {
  readonly status: 'active';
}

/** Put out by an administrator: to every caller as if unknown, and all there again once enabled. */
export interface DisabledUser extends LivingUser {
  readonly status: 'disabled';
  readonly date_disabled: string;
}

export interface Renaming {
  readonly at: string;
  /** As it was typed. */
  readonly to: string;
  /** The folded name before; absent until the user has moved. */
  readonly from?: string;
}

/** What is left of a deleted user, for ever. Nothing in it tells who it was once `cleanup` is gone. */
export interface DeletedUser {
  readonly asin: string;
  readonly status: 'deleted';
  readonly date_deleted: string;
  readonly revision: number;
  /** Of the report on how far it is, in which nothing leads back here. */
  readonly deletion_id?: string;
  /** There as long as sessions or the name claim may still have to be removed. */
  readonly cleanup?: { readonly name: string; readonly other_names?: readonly string[] };
}

export type User = ActiveUser | DisabledUser | DeletedUser;

/**
 * Who holds a name. It is theirs for good once it is confirmed, which is after their user item is there; `former`
 * when they have moved to another, which keeps it from others for a while.
 */
export interface NameClaim {
  /** The folded name. */
  readonly name: string;
  readonly user_id: string;
  readonly state: 'pending' | 'confirmed' | 'former';
  readonly claimed_at: string;
}
