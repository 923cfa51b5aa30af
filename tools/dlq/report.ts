import type { QueueListing } from './list-letters.ts';
import type { RedriveResult } from './redrive-letters.ts';

export function listingText(listings: readonly QueueListing[], now: Date): string {
  const blocks = listings.map(({ dead_letter_queue, count, by_reason, letters }) => {
    const reasons = Object.entries(by_reason).map(([reason, n]) => `${n} x ${reason}`);
    const lines = letters.map((letter) =>
      [
        `  ${ageText(now.getTime() - Date.parse(letter.since)).padStart(5)}`,
        `${letter.receive_count ?? '?'} receives`,
        letter.kind,
        letter.reason,
        letter.about.join(' '),
        letter.message_id === undefined ? '' : `(message ${letter.message_id})`,
      ]
        .filter((part) => part !== '')
        .join('  '),
    );
    const shown = letters.length < count ? [`  ... and ${count - letters.length} more (--max)`] : [];
    return [
      `${dead_letter_queue}: ${count}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
      ...lines,
      ...shown,
    ].join('\n');
  });
  return blocks.join('\n');
}

export function redriveText(results: readonly RedriveResult[]): string {
  return results
    .map(({ queue, moved, left, came_back, refused }) =>
      [
        `${queue}: ${moved} moved back`,
        left === 0 ? '' : `${left} left for their other reason`,
        came_back === 0 ? '' : `${came_back} failed again and stay`,
        refused === 0 ? '' : `${refused} not taken by the queue`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    )
    .join('\n');
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} m`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1_440)} d`;
}
