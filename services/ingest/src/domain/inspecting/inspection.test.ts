import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import type { ArchiveEntry, Finding, ModelFacts } from './findings.ts';
import { InspectionFault, type FaultKind } from './inspection-fault.ts';
import type { ScanResult } from './malware-scanner.ts';

const BYTES = Buffer.from('abc');
const HASH = 'a'.repeat(64);

type Harness = ReturnType<typeof memoryIngest>;

async function sent(h: Harness, paths: string[], kind: '2d' | '3d' = '3d') {
  const declaration = aDeclaration({ files: paths.map((path) => aDeclaredFile(BYTES, path)) });
  if (declaration.target.kind !== 'new_asset') throw new Error('a new asset is declared');
  const asset = { ...declaration.target.asset, kind };
  const declared = await h.declare(newId('user'), { ...declaration, target: { kind: 'new_asset', asset } });
  for (const file of declared.files) h.put(file, BYTES);
  const [first] = declared.files;
  if (first === undefined) throw new Error('no file was declared');
  return { declared, first, id: declared.upload.upload_id };
}

async function arriveAll(h: Harness, { declared }: Awaited<ReturnType<typeof sent>>) {
  for (const file of declared.files) await h.arrive(file);
  return h.uploads.findWhole(declared.upload.upload_id);
}

const aModel = (references: string[] = [], buffers?: ModelFacts['buffers']): ModelFacts => ({
  format: 'gltf',
  meshes: 1,
  triangles: 2,
  materials: 0,
  textures: 0,
  animations: 0,
  references,
  buffers,
});

function anEntry(path: string, more: Partial<ArchiveEntry> = {}): ArchiveEntry {
  const stored = { offset: 30, length: 1, method: 'stored' } as const;
  return {
    path,
    size: 1,
    sha256: HASH,
    media_type: 'text/plain',
    stored,
    native_code: undefined,
    model: undefined,
    ...more,
  };
}

const anArchive = (entries: ArchiveEntry[]): Finding => ({
  outcome: 'accepted',
  media_type: 'application/zip',
  archive: { format: 'zip', entries, unpacked_bytes: entries.length },
});

describe('an archive', () => {
  it('has a manifest beside its copy, named by the release and kept by every clean-up', async () => {
    const h = memoryIngest();
    h.inspector.verdict = async () => anArchive([anEntry('Texturen/Höhle 1.png'), anEntry('z.txt')]);
    const upload = await sent(h, ['pack.zip']);
    await arriveAll(h, upload);
    h.advance(2_000);
    await h.sweep();
    const [release] = h.releases.values();
    const archive = release?.files[0]?.archive;
    expect(archive).toMatchObject({ format: 'zip', entries: 2, unpacked_bytes: 2 });
    expect(release?.file_words).toEqual(['texturen', 'hohle', '1', 'png', 'z', 'txt']);
    const manifest = Buffer.from(h.buckets.copies.get(archive?.manifest_key ?? '') ?? []).toString();
    expect(
      manifest
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { format: 'zip', entries: 2, unpacked_bytes: 2 },
      expect.objectContaining({ path: 'Texturen/Höhle 1.png', offset: 30, length: 1, method: 'stored' }),
      expect.objectContaining({ path: 'z.txt' }),
    ]);
    expect(h.buckets.copies.size).toBe(2);
  });

  it('leaves no manifest when its upload is refused', async () => {
    const h = memoryIngest();
    const upload = await sent(h, ['pack.zip', 'b.bin']);
    h.inspector.verdict = async () => anArchive([anEntry('a')]);
    await h.arrive(upload.first);
    expect(h.buckets.copies.size).toBe(2);
    h.inspector.verdict = async () => ({ outcome: 'rejected', refusal: { code: 'file.program' } });
    await arriveAll(h, upload);
    expect(h.buckets.copies.size).toBe(0);
  });

  it('tells of native code, of which the record has the first hundred and all platforms', async () => {
    const h = memoryIngest();
    const entries = Array.from({ length: 150 }, (_, i) =>
      anEntry(`bin/${String(i).padStart(3, '0')}.dll`, {
        native_code: { format: 'pe', platforms: [i === 149 ? 'windows-arm64' : 'windows-x64'] },
      }),
    );
    h.inspector.verdict = async () => anArchive(entries);
    await arriveAll(h, await sent(h, ['plugin.zip']));
    const [release] = h.releases.values();
    expect(release?.native_code).toMatchObject({ count: 150, platforms: ['windows-arm64', 'windows-x64'] });
    expect(release?.native_code?.files).toHaveLength(100);
    expect(release?.native_code?.files[0]?.path).toBe('plugin.zip!/bin/000.dll');
  });

  it('with very many long names has words of at most 8 KiB, and items of bounded size', async () => {
    const h = memoryIngest();
    const entries = Array.from({ length: 20_000 }, (_, i) =>
      anEntry(`folder${i}/${'name'.repeat(8)}${i}.txt`),
    );
    h.inspector.verdict = async () => anArchive(entries);
    await arriveAll(h, await sent(h, ['a.zip', 'b.zip', 'c.zip']));
    const [release] = h.releases.values();
    expect(Buffer.byteLength(release?.file_words?.join(' ') ?? '')).toBeLessThanOrEqual(8 * 1024);
    expect(JSON.stringify(release).length).toBeLessThan(20_000);
  });
});

describe('a model', () => {
  it('whose files lie beside it is published without the names of them', async () => {
    const h = memoryIngest();
    const upload = await sent(h, ['models/knight.gltf', 'models/knight.bin', 'textures/skin.png']);
    h.inspector.verdict = async () => ({
      outcome: 'accepted',
      media_type: 'model/gltf+json',
      model: aModel(['knight.bin', '../textures/skin.png']),
    });
    await h.arrive(upload.first);
    h.inspector.verdict = async () => ({ outcome: 'accepted', media_type: 'application/octet-stream' });
    await arriveAll(h, upload);
    const [release] = h.releases.values();
    expect(release?.files[0]?.model).toMatchObject({ format: 'gltf', triangles: 2 });
    expect(JSON.stringify(release)).not.toContain('references');
  });

  it('has materials whose pictures must be in the upload, too', async () => {
    const h = memoryIngest();
    h.inspector.verdict = async () => ({
      outcome: 'accepted',
      media_type: 'text/plain',
      material_library: { references: ['../wood.png'] },
    });
    const missing = await arriveAll(h, await sent(h, ['models/a.mtl', 'models/wood.png']));
    expect(missing?.upload.refusal).toEqual({
      code: 'model.missing_file',
      detail: 'models/a.mtl needs wood.png',
    });
  });

  it('that needs a file which is not in the upload is refused with its name', async () => {
    const h = memoryIngest();
    h.inspector.verdict = async () => ({
      outcome: 'accepted',
      media_type: 'model/gltf+json',
      model: aModel(['Knight.bin']),
    });
    const whole = await arriveAll(h, await sent(h, ['models/knight.gltf', 'models/knight.bin']));
    expect(whole?.upload).toMatchObject({
      state: 'rejected',
      refusal: { code: 'model.missing_file', detail: 'models/knight.gltf needs models/Knight.bin' },
    });
    expect(h.published).toEqual([]);
  });

  it.each([
    [BYTES.length, 'published', undefined],
    [BYTES.length + 1, 'rejected', 'model.file_too_short'],
  ])('that takes %i bytes of a file of 3 beside it is %s', async (bytes, state, code) => {
    const h = memoryIngest();
    const model = aModel(['knight.bin'], [{ path: 'knight.bin', bytes }]);
    h.inspector.verdict = async () => ({ outcome: 'accepted', media_type: 'model/gltf+json', model });
    const upload = await sent(h, ['models/knight.gltf', 'models/knight.bin']);
    await h.arrive(upload.first);
    h.inspector.verdict = async () => ({ outcome: 'accepted', media_type: 'application/octet-stream' });
    const whole = await arriveAll(h, upload);
    expect([whole?.upload.state, whole?.upload.refusal?.code]).toEqual([state, code]);
  });
});

describe('the kind', () => {
  const found = { pictures: 'image/png', opaque: 'application/octet-stream' };
  it.each([
    ['3d', 'pictures', 'rejected', 'asset.kind_mismatch'],
    ['2d', 'pictures', 'published', undefined],
    ['3d', 'opaque', 'published', undefined],
    ['2d', 'opaque', 'published', undefined],
    ['2d', 'models', 'rejected', 'asset.kind_mismatch'],
    ['3d', 'models', 'published', undefined],
  ] as const)('%s with %s alone is %s', async (kind, what, state, code) => {
    const h = memoryIngest();
    h.inspector.verdict = async () =>
      what === 'models'
        ? { outcome: 'accepted', media_type: 'model/gltf-binary', model: aModel() }
        : { outcome: 'accepted', media_type: found[what] };
    const whole = await arriveAll(h, await sent(h, ['a', 'b'], kind));
    expect([whole?.upload.state, whole?.upload.refusal?.code]).toEqual([state, code]);
  });
});

describe('I1: an inspection that fails', () => {
  const failing = (kind: FaultKind, blame: 'file' | 'us') => async (): Promise<Finding> => {
    throw new InspectionFault(kind, blame);
  };

  it.each(['crashed', 'timed out', 'stalled', 'could not tell'] as const)(
    '%s by fault of the file: it is tried once more, then refused for good',
    async (kind) => {
      const h = memoryIngest();
      h.inspector.verdict = failing(kind, 'file');
      const upload = await sent(h, ['a.bin']);
      await expect(h.arrive(upload.first)).rejects.toThrow(kind);
      await h.arrive(upload.first);
      const whole = await h.uploads.findWhole(upload.id);
      expect(whole?.files[0]?.refusal).toEqual({ code: 'file.not_inspectable', detail: kind });
      expect(whole?.upload.state).toBe('rejected');
      expect(h.buckets.copies.size).toBe(0);
    },
  );

  it.each(['out of memory', 'answered nonsense', 'too many reads'] as const)(
    '%s by fault of the file, which would do so every time: it is refused at once',
    async (kind) => {
      const h = memoryIngest();
      h.inspector.verdict = failing(kind, 'file');
      const upload = await sent(h, ['a.bin']);
      await h.arrive(upload.first);
      const whole = await h.uploads.findWhole(upload.id);
      expect(whole?.upload.state).toBe('rejected');
      expect(whole?.files[0]?.refusal).toEqual({ code: 'file.not_inspectable', detail: kind });
      expect(h.published).toEqual([]);
    },
  );

  it('by fault of ours is tried for as long as it takes', async () => {
    const h = memoryIngest();
    const { verdict } = h.inspector;
    h.inspector.verdict = failing('queue full', 'us');
    const upload = await sent(h, ['a.bin']);
    for (let i = 0; i < 10; i += 1) await expect(h.arrive(upload.first)).rejects.toThrow('queue full');
    h.inspector.verdict = verdict;
    await h.arrive(upload.first);
    expect(await h.state(upload.declared)).toBe('published');
  });
});

describe('a malware scanner', () => {
  const scanningFor = (result: ScanResult) => {
    const seen: Buffer[] = [];
    const h = memoryIngest(undefined, undefined, {
      begin: () => ({
        push: async (piece) => void seen.push(Buffer.from(piece)),
        end: async () => result,
        abort: () => undefined,
      }),
    });
    return { h, seen };
  };

  it('is given every byte, and clean files are published', async () => {
    const { h, seen } = scanningFor({ outcome: 'clean' });
    const upload = await sent(h, ['a.bin']);
    await arriveAll(h, upload);
    expect(await h.state(upload.declared)).toBe('published');
    expect(Buffer.concat(seen)).toEqual(BYTES);
  });

  it('that finds something has the file refused', async () => {
    const { h } = scanningFor({ outcome: 'infected', signature: 'Eicar' });
    const whole = await arriveAll(h, await sent(h, ['a.bin']));
    expect(whole?.files[0]?.refusal).toEqual({ code: 'file.malware', detail: 'Eicar' });
    expect(h.published).toEqual([]);
  });

  it('I1: that never looks at all of a file has it refused', async () => {
    const { h } = scanningFor({ outcome: 'unknown', reason: 'too much', lasting: true });
    const whole = await arriveAll(h, await sent(h, ['a.bin']));
    expect(whole?.files[0]?.refusal).toEqual({ code: 'file.not_scannable', detail: 'too much' });
    expect(h.published).toEqual([]);
  });

  it('I1: that cannot tell never publishes', async () => {
    const { h } = scanningFor({ outcome: 'unknown', reason: 'no sign of life' });
    const upload = await sent(h, ['a.bin']);
    for (let i = 0; i < 5; i += 1)
      await expect(h.arrive(upload.first)).rejects.toThrow('scanner unavailable');
    expect(h.published).toEqual([]);
  });
});
