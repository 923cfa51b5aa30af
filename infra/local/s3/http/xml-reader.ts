import { S3Error } from '../errors.ts';

/** An element of a request body. Attributes are not kept: S3's requests have none that matter. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const MAX_DEPTH = 16;
const TOKEN = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads the part of XML that S3's requests are made of, in linear time. Document types, and so entities of
 * one's own, comments and processing instructions have no place in one and are refused.
 */
export function parseXml(source: string, rootName: string): XmlElement {
  const body = source.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*/, '').trimEnd();
  const top: XmlElement = { name: '', children: [], text: '' };
  const stack = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const match = TOKEN.exec(body);
    const current = stack.at(-1);
    if (!match || !current) throw new S3Error('MalformedXML');
    const [, closing, name = '', attributes, selfClosing, text] = match;
    if (text !== undefined) {
      if (stack.length === 1) throw new S3Error('MalformedXML');
      current.text += decodeText(text);
    } else if (closing) {
      if (current.name !== name || attributes || selfClosing) throw new S3Error('MalformedXML');
      stack.pop();
    } else {
      const opened: XmlElement = { name, children: [], text: '' };
      current.children.push(opened);
      if (!selfClosing) stack.push(opened);
      if (stack.length > MAX_DEPTH) throw new S3Error('MalformedXML');
    }
  }
  const [root] = top.children;
  if (stack.length !== 1 || top.children.length !== 1 || root?.name !== rootName) {
    throw new S3Error('MalformedXML');
  }
  return root;
}

export function childrenNamed(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

export function childText(parent: XmlElement, name: string): string | undefined {
  const found = childrenNamed(parent, name);
  if (found.length > 1 || (found[0]?.children.length ?? 0) > 0) throw new S3Error('MalformedXML');
  return found[0]?.text;
}

export function requireChildText(parent: XmlElement, name: string): string {
  const text = childText(parent, name);
  if (text === undefined) throw new S3Error('MalformedXML');
  return text;
}

/** Throws for children that are not understood, rather than to leave out what they say. */
export function allowChildren(parent: XmlElement, names: readonly string[]): void {
  if (parent.children.some((child) => !names.includes(child.name))) throw new S3Error('MalformedXML');
}

function decodeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));|&/g, (_, decimal, hex, name) => {
      const entity = ENTITIES.get(String(name));
      if (entity !== undefined) return entity;
      const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      if (!(code <= 0x10ffff) || (code >= 0xd800 && code < 0xe000)) throw new S3Error('MalformedXML');
      return String.fromCodePoint(code);
    });
}
