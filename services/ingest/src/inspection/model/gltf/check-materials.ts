import { isDataUri, parseDataUri } from '../data-uri.ts';
import { corrupt } from '../refuse.ts';
import { isJsonObject } from './parse-json.ts';
import { index, member, optionalIndex, partOf, partsOf, type Part } from './read-json.ts';

/** The number of textures. */
export function checkTextures(root: Part, views: number): number {
  const images = partsOf(root, 'images');
  for (const image of images) checkImage(image, views);
  const samplers = partsOf(root, 'samplers').length;
  const textures = partsOf(root, 'textures');
  for (const texture of textures) {
    optionalIndex(texture, 'sampler', samplers);
    optionalIndex(texture, 'source', images.length);
    // Other picture formats come as an extension of the texture, with a source of its own.
    const extensions = partOf(texture, 'extensions');
    for (const name of Object.keys(extensions?.json ?? {})) {
      const extension = extensions && partOf(extensions, name);
      if (extension !== undefined) optionalIndex(extension, 'source', images.length);
    }
  }
  return textures.length;
}

function checkImage(image: Part, views: number): void {
  const uri = member(image, 'uri');
  if ((uri === undefined) === (member(image, 'bufferView') === undefined)) {
    throw corrupt(`${image.where} has not exactly one of uri and bufferView`);
  }
  if (uri !== undefined && typeof uri !== 'string') throw corrupt(`${image.where}.uri is no text`);
  if (uri === undefined) index(image, 'bufferView', views);
  const types = [
    member(image, 'mimeType'),
    typeof uri === 'string' && isDataUri(uri) && parseDataUri(uri).mediaType,
  ];
  for (const type of types) {
    // SVG is a document with scripts and references of its own.
    if (typeof type === 'string' && !/^image\/(?!svg)/.test(type))
      throw corrupt(`${image.where} is no picture`);
  }
}

/** The number of materials. Whatever is called `...Texture` names a texture, in extensions too. */
export function checkMaterials(root: Part, textures: number): number {
  const materials = partsOf(root, 'materials');
  const open = [...materials];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    for (const [name, value] of Object.entries(part.json)) {
      if (name === 'extras' || !isJsonObject(value)) continue;
      const child = { json: value, where: `${part.where}.${name}` };
      if (name.endsWith('Texture')) optionalIndex(child, 'index', textures);
      open.push(child);
    }
  }
  return materials.length;
}
