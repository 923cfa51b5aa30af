import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clamavScanner } from '../src/adapters/malware/clamav-scanner.ts';
import { zipBytes } from '../src/testing/archives/zip-bytes.ts';

// What the fake of malware.test.ts cannot show: that a real clamd speaks like it. CLAMD names one elsewhere.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const clamd = [process.env.CLAMD ?? '', ...folders.map((folder) => join(folder, 'clamd'))].find(isProgram);
if (clamd === undefined) {
  process.stdout.write('clamd: skipped, for none is installed (Debian: clamav-daemon; or CLAMD=/path)\n');
}

const MARK = Buffer.from('cairn: a mark that only the signature of this test knows');
const LIMIT = 2 ** 20;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

/** A clamd with one signature, its own socket and small limits; resolves once it listens. */
async function startClamd(folder: string, alertExceedsMax: boolean) {
  const socket = join(folder, `${alertExceedsMax}.sock`);
  const conf = join(folder, `${alertExceedsMax}.conf`);
  const settings = {
    LocalSocket: socket,
    DatabaseDirectory: folder,
    Foreground: 'yes',
    StreamMaxLength: 4 * LIMIT,
    MaxFileSize: LIMIT,
    MaxScanSize: LIMIT,
    AlertExceedsMax: alertExceedsMax ? 'yes' : 'no',
  };
  await writeFile(
    conf,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const daemon = spawn(clamd ?? '', ['--config-file', conf], { stdio: 'ignore' });
  await vi.waitFor(() => access(socket), { timeout: 20_000, interval: 50 });
  return { daemon, address: `unix:${socket}` };
}

describe.skipIf(clamd === undefined)('the ClamAV scanner with a real clamd', () => {
  let folder: string;
  let careful: Awaited<ReturnType<typeof startClamd>>;
  let careless: Awaited<ReturnType<typeof startClamd>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clamd-'));
    await writeFile(join(folder, 'cairn.ndb'), `Cairn.Test:0:*:${MARK.toString('hex')}\n`);
    [careful, careless] = await Promise.all([startClamd(folder, true), startClamd(folder, false)]);
  });
  afterAll(async () => {
    await Promise.all([careful, careless].map(({ daemon }) => end(daemon)));
    await rm(folder, { recursive: true });
  });

  const marked = (bytes: number) => Buffer.concat([Buffer.alloc(bytes, 'content '), MARK]);

  it('takes clean for clean', async () => {
    expect(await scan(careful.address, Buffer.alloc(700_000, 'content '))).toEqual({ outcome: 'clean' });
    expect(await scan(careful.address, Buffer.alloc(0))).toEqual({ outcome: 'clean' });
  });

  it('finds what is at the end of many chunks, and in an archive', async () => {
    const found = { outcome: 'infected', signature: 'Cairn.Test.UNOFFICIAL' };
    expect(await scan(careful.address, marked(700_000))).toEqual(found);
    const zip = zipBytes({ entries: [{ name: 'a/b', content: marked(5_000), method: 'deflate' }] });
    expect(await scan(careful.address, zip)).toEqual(found);
  });

  it.each([
    ['its files', LIMIT + 1],
    ['its stream', 5 * LIMIT],
  ])('I1: takes what is beyond the limit of %s for no answer', async (_, bytes) => {
    const result = await scan(careful.address, marked(bytes));
    expect(result).toMatchObject({ outcome: 'unknown', lasting: true });
  });

  it('is told OK of what was not looked at without AlertExceedsMax, which docs/inspection.md asks for', async () => {
    expect(await scan(careless.address, marked(LIMIT + 1))).toEqual({ outcome: 'clean' });
  });

  it('I1: has no answer from one that dies', async () => {
    const scanning = clamavScanner({ address: careless.address, timeoutMs: 5_000 }).begin();
    await scanning.push(Buffer.alloc(500_000));
    await end(careless.daemon);
    expect(await scanning.end()).toMatchObject({ outcome: 'unknown' });
  });
});

async function scan(address: string, content: Buffer) {
  const scanning = clamavScanner({ address, timeoutMs: 10_000 }).begin();
  for (let at = 0; at < content.length; at += 65_536) await scanning.push(content.subarray(at, at + 65_536));
  return await scanning.end();
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  daemon.kill('SIGKILL');
  await once(daemon, 'exit');
}
