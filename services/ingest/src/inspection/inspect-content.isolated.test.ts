import { describe, expect, it } from 'vitest';
import { memoryByteSource } from '../testing/archives/memory-byte-source.ts';
import { zipBytes } from '../testing/archives/zip-bytes.ts';
import { inspectContent } from './inspect-content.ts';

const ZIP = zipBytes({ entries: [{ name: 'a.txt', content: 'abc' }] });
const APK = zipBytes({ entries: [{ name: 'AndroidManifest.xml' }, { name: 'classes.dex' }] });
const behind = (zip: Buffer) => Buffer.concat([Buffer.from('xx'), zip]);

const inspect = (path: string, bytes: Buffer, acceptPrograms = false) =>
  inspectContent(
    {
      id: 1,
      role: 'file',
      path,
      size: bytes.length,
      declaredType: 'application/octet-stream',
      acceptPrograms,
      roomy: false,
      head: bytes.subarray(0, 65_536),
    },
    memoryByteSource(bytes),
  );

describe('a material library', () => {
  const library = (line: string) => Buffer.from(`newmtl wood\n${line}\n`);

  it('tells which pictures it needs, whatever the case of its name', async () => {
    const found = { material_library: { references: ['wood.png'] } };
    expect(await inspect('a.MTL', library('map_Kd wood.png'))).toMatchObject(found);
  });

  it.each(['../wood.png', '/etc/passwd', String.raw`C:\wood.png`, 'file:///etc/passwd', '%2e%2e/wood.png'])(
    'is refused when it names %s',
    async (name) => {
      const refused = inspect('a.mtl', library(`map_Kd ${name}`));
      await expect(refused).rejects.toMatchObject({ code: 'model.external_reference' });
    },
  );

  it('in an archive needs its pictures there', async () => {
    const entries = [{ name: 'm/a.mtl', content: library('bump ../t/bump.png') }];
    const missing = inspect('a.zip', zipBytes({ entries }));
    await expect(missing).rejects.toMatchObject({ code: 'model.missing_file' });
    const whole = zipBytes({ entries: [...entries, { name: 't/bump.png', content: 'x' }] });
    expect(await inspect('a.zip', whole)).toMatchObject({ outcome: 'accepted' });
  });

  it('is none when it is the binary one of CryEngine', async () => {
    const binary = Buffer.from('CryXmlB\0\0\0map_Kd /etc/passwd');
    expect(await inspect('a.mtl', binary)).not.toHaveProperty('material_library');
  });
});

describe('a file whose name claims more than its first bytes show', () => {
  it.each(['game.apk', 'game.AAB', 'game.ipa', 'game.xapk', 'setup.msi', 'setup.exe'])(
    'is refused as a program: %s',
    async (path) => {
      for (const bytes of [behind(APK), behind(ZIP), Buffer.from('text')]) {
        await expect(inspect(path, bytes)).rejects.toMatchObject({ code: 'file.program' });
      }
    },
  );

  it.each(['pack.zip', 'mod.jar'])('is inspected as the archive that it claims to be: %s', async (path) => {
    await expect(inspect(path, behind(ZIP))).rejects.toMatchObject({
      code: expect.stringMatching(/^archive\./),
    });
    expect(await inspect(path, ZIP)).toMatchObject({ archive: { format: 'zip' } });
  });

  it('is opaque where its name claims nothing', async () => {
    const finding = await inspect('pack.bin', behind(ZIP));
    expect(finding).toMatchObject({ outcome: 'accepted', media_type: 'application/octet-stream' });
    expect(finding).not.toHaveProperty('archive');
  });

  it('is what it is where programs are accepted', async () => {
    expect(await inspect('game.apk', APK, true)).toMatchObject({ archive: { format: 'zip' } });
    expect(await inspect('game.apk', behind(APK), true)).toMatchObject({ outcome: 'accepted' });
  });
});
