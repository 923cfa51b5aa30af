import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { AuditLog, DeletionRepository, StaffRepository } from '../domain/account-ports.ts';
import { actRecorded } from '../domain/audit.ts';
import { NOON } from '../testing/builders.ts';

/** What every `StaffRepository` does; there is one staff, so the tests take it as they find it. */
export function staffRepositoryContract(
  name: string,
  underTest: () => { staff: StaffRepository; waiting: () => Promise<CairnEvent[]> },
): void {
  describe(`staff on ${name}`, () => {
    const anAct = () =>
      actRecorded(
        { actor: 'command', action: 'role.set', role: 'admin', subject: newId('user'), reason: 'First.' },
        { id: newId('event'), date: NOON, revision: 1 },
      );

    test('is replaced as it was read, with the record of the act', async () => {
      const { staff, waiting } = underTest();
      const before = await staff.read();
      const members = { [newId('user')]: 'admin' as const };
      const [act, changeId] = [anAct(), newId('token')];
      expect(await staff.replace(before, members, { changeId, events: [act] })).toBe('written');
      expect(await staff.replace(before, members, { changeId, events: [act] })).toBe('written');
      expect(await staff.read()).toEqual({ members, revision: before.revision + 1 });
      expect(await waiting()).toEqual(expect.arrayContaining([act]));
      const other = { changeId: newId('token'), events: [anAct()] };
      expect(await staff.replace(before, {}, other)).toBe('changed');
      expect((await staff.read()).members).toEqual(members);
    });

    test('takes one of many changes at once', async () => {
      const { staff } = underTest();
      const before = await staff.read();
      const results = await Promise.all(
        Array.from({ length: 8 }, () =>
          staff.replace(before, {}, { changeId: newId('token'), events: [anAct()] }),
        ),
      );
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
    });
  });
}

/** What every `AuditLog` does. */
export function auditLogContract(name: string, underTest: () => AuditLog): void {
  test(`the audit log on ${name} keeps every entry once and for good, and pages the newest first`, async () => {
    const audit = underTest();
    const entries = ['01', '02', '03'].map((second) => ({
      entry_id: newId('event'),
      date: `2026-11-22T12:00:${second}.000Z`,
      actor: newId('user'),
      action: 'role.set',
      role: 'moderator',
      subject: newId('user'),
      reason: 'Helps.',
    }));
    for (const entry of entries) await audit.append(entry);
    for (const entry of entries) await audit.append({ ...entry, reason: 'Rewritten.' });
    const first = await audit.list({ limit: 2 });
    expect(first.entries).toEqual([entries[2], entries[1]]);
    const second = await audit.list({ limit: 2, after: first.next });
    expect(second.entries).toEqual([entries[0]]);
    expect(second.next).toBeUndefined();
  });
}

/** What every `DeletionRepository` does. */
export function deletionRepositoryContract(name: string, underTest: () => DeletionRepository): void {
  describe(`deletions on ${name}`, () => {
    const aDeletion = () => ({
      deletion_id: newId('deletion'),
      assets: 'delete' as const,
      date_requested: NOON,
      steps: {},
      expires_at: 4_000_000_000,
    });

    test('the first report of a step counts', async () => {
      const deletions = underTest();
      const deletion = aDeletion();
      await deletions.create(deletion);
      const report = { count: 2, date: NOON };
      await deletions.report(deletion.deletion_id, 'uploads', report, 4_000_000_001);
      await deletions.report(deletion.deletion_id, 'uploads', { ...report, count: 0 }, 4_000_000_009);
      await deletions.create(deletion);
      const expected = { ...deletion, steps: { uploads: report }, expires_at: 4_000_000_001 };
      expect(await deletions.find(deletion.deletion_id)).toEqual(expected);
    });

    test('a report never makes a deletion', async () => {
      const deletions = underTest();
      const { deletion_id } = aDeletion();
      await deletions.report(deletion_id, 'assets', { count: 0, date: NOON }, 4_000_000_000);
      expect(await deletions.find(deletion_id)).toBeUndefined();
    });
  });
}
