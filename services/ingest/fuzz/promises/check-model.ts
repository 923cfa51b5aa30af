import type { MaterialLibrary, ModelFacts } from '../../src/domain/inspecting/findings.ts';
import type { FuzzCase } from '../fuzz-case.ts';
import { promise } from './broken-promise.ts';

const HEADER_BYTES = 20;

/** What is accepted as glTF is JSON to everybody, and nothing that it names is outside of the upload. */
export function checkModel({ bytes, path }: FuzzCase, { format, references }: ModelFacts): void {
  for (const reference of references) promise(staysInside(path, reference), `${reference} stays inside`);
  if (format === 'obj' || format === 'stl') return;
  for (const uri of urisIn(parsed(format === 'glb' ? glbJson(bytes) : bytes))) {
    promise(staysInside(path, uri), `a uri stays inside: ${uri.slice(0, 80)}`);
  }
}

/** A picture is named by the words behind a statement, in whichever way the lines are cut. */
const PICTURE = /^\s*(?:map_\w+|bump|disp|decal|refl|norm)\s+(.*)$/i;

/** Nothing that a material library names is outside, whether lines that are continued are joined or not. */
export function checkMaterialLibrary({ bytes, path }: FuzzCase, { references }: MaterialLibrary): void {
  for (const reference of references) promise(staysInside(path, reference), `${reference} stays inside`);
  const text = bytes.toString('utf8');
  for (const read of [text, text.replaceAll(/\\\r?\n/g, ''), text.replaceAll(/\\\r?\n/g, ' ')]) {
    for (const line of read.split(/[\r\n]+/)) {
      const name = PICTURE.exec(line)?.[1]?.split(/\s/).at(-1);
      if (name === undefined || name === '') continue;
      promise(staysInside(path, name), `a picture stays inside: ${name.slice(0, 80)}`);
    }
  }
}

function glbJson(bytes: Buffer): Buffer {
  promise(bytes.readUInt32LE(8) === bytes.length, 'a GLB is as long as it says');
  return bytes.subarray(HEADER_BYTES, HEADER_BYTES + bytes.readUInt32LE(12));
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    promise(false, 'accepted glTF is JSON');
  }
}

function urisIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return key === 'uri' && !/^data:/i.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => urisIn(each, name));
}

/** As a browser would resolve it, and however often somebody decodes it. */
function staysInside(modelPath: string, uri: string): boolean {
  const root = 'http://inside.example/root/';
  for (const written of [uri, decodeURIComponent(uri), uri.replaceAll('\\', '/')]) {
    if (!URL.canParse(written, root + modelPath)) return false;
    if (!new URL(written, root + modelPath).href.startsWith(root)) return false;
  }
  return true;
}
