/** A finished piece of XML, so that text is never mistaken for markup. */
export interface XmlFragment {
  readonly xml: string;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function element(name: string, content: string | number | boolean | XmlFragment[]): XmlFragment {
  return { xml: `<${name}>${markup(content)}</${name}>` };
}

/** An element that is left out when there is nothing to say. */
export function optionalElement(name: string, content: string | number | undefined): XmlFragment[] {
  return content === undefined ? [] : [element(name, content)];
}

export function document(name: string, content: string | XmlFragment[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${markup(content)}</${name}>`;
}

export function errorDocument(content: XmlFragment[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${markup(content)}</Error>`;
}

function markup(content: string | number | boolean | XmlFragment[]): string {
  if (!Array.isArray(content)) return escapeText(String(content));
  return content.map((fragment) => fragment.xml).join('');
}

/** Control characters are legal in keys and not in XML 1.0: like S3, write them as references all the same. */
function escapeText(text: string): string {
  return text.replace(
    /[&<>"\u0000-\u0008\u000a-\u001f\u007f]/g,
    (character) => ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}
