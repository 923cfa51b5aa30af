import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiClient } from '../client/api-client.ts';
import { startProduct, type Product } from '../product/start-product.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { faultText, isSound } from './asset-run.ts';
import { findSources, type SourceAsset } from './find-sources.ts';
import { makeFiles } from './make-files.ts';
import { createProgress } from './progress.ts';
import { reportText } from './report.ts';
import { takeWholePath } from './whole-path.ts';

// `npm run demo`: real files through the whole path of a running product, checked at every step.
const OWN_FILES = fileURLToPath(new URL('../../.cairn/demo/files/', import.meta.url));
const THUMBNAILS = fileURLToPath(new URL('../../.cairn/demo/thumbnails/', import.meta.url));

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/limits`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  await response?.body?.cancel();
  return response?.status === 200;
}

/** Publishes and checks; whether everything was right. */
async function demonstrate(url: string, sources: readonly SourceAsset[]): Promise<boolean> {
  await rm(THUMBNAILS, { recursive: true, force: true });
  const api = createApiClient(url, { patient: true });
  const runs = await takeWholePath(sources, api, createProgress(process.stdout), THUMBNAILS);
  console.log(`\n${reportText(runs, url, THUMBNAILS)}`);
  return runs.every(isSound);
}

/** Resolves on Ctrl-C, which arrives twice under npm: from the terminal, and passed on. */
function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'));
  });
}

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.files === undefined) await makeFiles(OWN_FILES);
  const files = options.files === undefined ? OWN_FILES : path.resolve(options.files);
  const sources = await findSources(files);

  const interrupted = interruption();
  let product: Product | undefined;
  let dataFolder: string | undefined;
  try {
    if (!(await answers(options.url))) {
      console.log(`Nothing answers at ${options.url}: starting a product on free ports ...`);
      dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-demo-'));
      product = await startProduct({ dataFolder });
    }
    const url = product?.url ?? options.url;
    console.log(`Publishing ${sources.length} assets from ${files} at ${url}\n`);
    const outcome = await Promise.race([demonstrate(url, sources), interrupted]);
    if (product !== undefined && !options.once && outcome !== 'interrupted') {
      console.log(`\nThe product goes on running at ${url}. Ctrl-C ends it and removes its data.`);
      await Promise.race([interrupted, product.ended]);
    }
    return outcome === true ? 0 : 1;
  } finally {
    await product?.stop();
    if (dataFolder !== undefined) await rm(dataFolder, { recursive: true, force: true });
  }
}

// An interrupted demonstration has requests and timers under way, so the end is not left to them.
process.exit(
  await main().catch((error: unknown) => {
    console.error(faultText(error));
    return 1;
  }),
);
