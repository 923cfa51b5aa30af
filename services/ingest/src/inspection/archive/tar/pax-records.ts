import { Rejected } from '../../rejected.ts';
import { decodeName } from '../entry-name.ts';

/** What of an extended header matters here. */
export interface PaxRecords {
  readonly path: string | undefined;
  readonly size: number | undefined;
}

const SPARSE = /^(GNU\.sparse\.|SCHILY\.(realsize|filetype)$)/;
const LINE_END = 0x0a;

/** Parses `length key=value` lines. Keys that change what an entry is are refused, the others are ignored. */
export function parsePaxRecords(bytes: Uint8Array): PaxRecords {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let path: string | undefined;
  let size: number | undefined;
  for (let at = 0; at < data.length;) {
    const { key, value, end } = parseLine(data, at);
    at = end;
    if (SPARSE.test(key)) throw new Rejected('archive.unsupported_entry', 'a sparse file');
    if ((key === 'path' && path !== undefined) || (key === 'size' && size !== undefined)) {
      throw new Rejected('archive.ambiguous', `two extended headers of ${key}`);
    }
    if (key === 'path') path = decodeName(value);
    if (key === 'size') size = decimal(value.toString('latin1'));
  }
  return { path, size };
}

function parseLine(data: Buffer, at: number): { key: string; value: Buffer; end: number } {
  // No length has more digits than the largest header allows.
  const [whole = '', digits = ''] = /^([1-9]\d{0,7}) /.exec(data.toString('latin1', at, at + 9)) ?? [];
  const end = at + Number(digits);
  const equals = data.indexOf('=', at + whole.length);
  const complete = digits !== '' && end <= data.length && data[end - 1] === LINE_END;
  if (!complete || equals < at + whole.length || equals >= end - 1) {
    throw new Rejected('archive.malformed', 'tar extended header');
  }
  return {
    key: data.toString('latin1', at + whole.length, equals),
    value: data.subarray(equals + 1, end - 1),
    end,
  };
}

function decimal(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Rejected('archive.malformed', 'tar extended header size');
  return Number(text);
}
