/** The first file of every archive. */
export const EXPORT_README = `This archive holds everything that Cairn knows about one account.

account.json  The account, where it is signed in, its API keys, failed sign-ins that still count, and what
              administrators did to it. Passwords, refresh tokens and API keys are not in it: Cairn keeps
              hashes of the first two, and nothing of the third.
uploads.json  The quota, the uploads of the last weeks (what was declared, and how each ended), and which of
              them were declared with an Idempotency-Key during the last day. The keys themselves are not kept.
assets.json   The published assets with all their releases and what moderators did to them, and the assets of
              others that the account may edit.

The files of the assets are not in it. Each can be downloaded at its asset's asset_location, below the address
of the API. Who downloaded what is not known: no names or addresses are kept.

Dates are in UTC (ISO 8601), sizes in bytes.
`;
