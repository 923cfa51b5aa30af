import { DomainError } from '@cairn/shared/errors/domain-error';

export interface FollowersOptions {
  /** Streams at once, of one user and of the whole process. */
  perUser: number;
  perProcess: number;
  /** The longest that one stream may last; its client comes back and goes on. */
  maxMs: number;
  now: () => Date;
}

export interface Follower {
  /** Aborts when the stream has to end: its time is over, its token expires or the process stops. */
  readonly signal: AbortSignal;
  /** The stream has ended, in whatever way; calling it again is no error. */
  close(): void;
}

export interface Followers {
  /** `expiresAt`: of the token, in epoch seconds. Throws when there are too many streams. */
  open(userId: string, expiresAt: number): Follower;
  count(): number;
  /** Ends all streams and takes no more. */
  stop(): void;
}

const COME_BACK_SECONDS = 5;

/** The streams that are open: how many, whose, and until when. */
export function createFollowers(options: FollowersOptions): Followers {
  const open = new Map<AbortController, string>();
  let stopped = false;

  function admit(userId: string): void {
    if (stopped || open.size >= options.perProcess) {
      const detail = stopped ? undefined : 'Too many uploads are being followed.';
      throw new DomainError('service.unavailable', {
        ...(detail === undefined ? {} : { detail }),
        retryable: true,
        retryAfterSeconds: stopped ? 1 : COME_BACK_SECONDS,
      });
    }
    const own = [...open.values()].filter((each) => each === userId).length;
    if (own < options.perUser) return;
    throw new DomainError('request.rate_limited', {
      detail: `At most ${options.perUser} uploads can be followed at once.`,
      hint: 'Close a stream, or ask for receipts.',
      retryAfterSeconds: COME_BACK_SECONDS,
    });
  }

  return {
    open(userId, expiresAt) {
      admit(userId);
      const controller = new AbortController();
      open.set(controller, userId);
      const left = Math.max(0, Math.min(options.maxMs, expiresAt * 1000 - options.now().getTime()));
      const timer = setTimeout(() => controller.abort(), left);
      return {
        signal: controller.signal,
        close() {
          clearTimeout(timer);
          open.delete(controller);
        },
      };
    },
    count: () => open.size,
    stop() {
      stopped = true;
      for (const controller of open.keys()) controller.abort();
    },
  };
}
