import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { FairShare } from './fair-share.ts';
import type { UploaderOf } from './uploader-of.ts';
import type { Lane, WorkerSlots } from './worker-slots.ts';

export interface TurnDeps {
  uploaderOf: UploaderOf;
  slots: WorkerSlots;
  handle: MessageHandler;
}

/** Messages of unknown uploads share one turn: there is nothing to inspect in them. */
const NOBODY = '';

const inTurn = (deps: TurnDeps, lane: Lane, userId: string | undefined): MessageHandler => {
  return (message, signal) =>
    deps.slots.run({ lane, userId: userId ?? NOBODY, signal }, () => deps.handle(message, signal));
};

/**
 * The hot queue. A file whose user has many here is sidelined: its message is sent to the backlog as it is, and
 * only then acknowledged. A death between the two leaves it in both queues, which does no harm.
 */
export function fairArrivals(
  deps: TurnDeps & { admits: FairShare; sideline: (body: string) => Promise<void> },
): MessageHandler {
  return async (message, signal) => {
    const userId = await deps.uploaderOf(message.body);
    if (userId !== undefined && !deps.admits(userId)) return deps.sideline(message.body);
    return inTurn(deps, 'arrivals', userId)(message, signal);
  };
}

/** The backlog: users take turns as far as the messages that are here at once allow. */
export function backlogArrivals(deps: TurnDeps): MessageHandler {
  return async (message, signal) =>
    inTurn(deps, 'backlog', await deps.uploaderOf(message.body))(message, signal);
}
