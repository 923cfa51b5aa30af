import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** What libvips, sharp or an inspection would call a file; others use the folder for temporary files, too. */
const OURS = /^(?:vips|sharp|inspection|magick|node-)/;
/** Of the run itself. */
const EXPECTED = '.cairn';

/** Looks at where files could be left; what is returned tells what has come since. */
export async function watchFolders(): Promise<() => Promise<string[]>> {
  const look = async () => [
    ...(await readdir(tmpdir())).filter((name) => OURS.test(name)),
    ...(await readdir(process.cwd())).filter((name) => name !== EXPECTED),
  ];
  const before = new Set(await look());
  return async () => (await look()).filter((name) => !before.has(name));
}

/** Processes that this one has started and that are still there, where the system tells. */
export async function childrenLeft(): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
      // After the name, which may hold anything: state, then the parent.
      const [, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === process.pid ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
