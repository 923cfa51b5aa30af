/** The owner of what a deleted account left behind. No account has this id: a user's holds the time of its making. */
export const NOBODY = 'user_00000000000000000000000000';

export const isNobody = (userId: string): boolean => userId === NOBODY;
