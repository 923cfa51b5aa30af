import { MODEL_LIMITS } from './limits.ts';
import { externalReference, tooComplex } from './refuse.ts';

const MAX_LENGTH = 1024;
// A colon makes a scheme or a drive, a backslash is a separator to some; none of these is in a path of an upload.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\\<>:"|?*]/u;
const ENCODED_SEPARATOR = /%(?:2e|2f|5c)/i;
const ENCODED = /%[0-9a-f]{2}/i;
const HARMFUL_IF_DECODED = /%(?:[01][0-9a-f]|2[ef5]|3a|5c|7f)/i;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/**
 * The files beside a model that it names. They are noted and never opened; a name that is no relative path
 * within the root of the upload or archive is refused as `model.external_reference`.
 */
export class References {
  readonly #levelsBelowRoot: number;
  readonly #found = new Set<string>();
  #times = 0;

  /** The model's path from the root. */
  constructor(modelPath: string) {
    this.#levelsBelowRoot = modelPath.split('/').length - 1;
  }

  /** A URI reference, percent-encoded, as glTF has them. Returns it as it is listed. */
  addUri(uri: string): string {
    if (uri.length > MAX_LENGTH || FORBIDDEN.test(uri) || ENCODED_SEPARATOR.test(uri)) {
      throw externalReference(uri);
    }
    const decoded = decode(uri);
    // What is still encoded was encoded twice, and would be a second path to whoever decodes twice.
    if (decoded === undefined || ENCODED.test(decoded)) throw externalReference(uri);
    return this.#add(decoded, uri);
  }

  /** A plain name, as OBJ and MTL have them. Some loaders make a URL of it: both readings must be harmless. */
  addName(name: string): void {
    if (name.length > MAX_LENGTH || HARMFUL_IF_DECODED.test(name)) throw externalReference(name);
    this.#add(name, name);
  }

  list(): string[] {
    return [...this.#found].toSorted();
  }

  #add(path: string, asWritten: string): string {
    this.#times += 1;
    if (this.#times > MODEL_LIMITS.items) throw tooComplex('files are named too often');
    if (FORBIDDEN.test(path) || !path.isWellFormed()) throw externalReference(asWritten);
    const steps: string[] = [];
    let up = 0;
    for (const step of path.normalize('NFC').split('/')) {
      if (step === '.') continue;
      if (step === '..') {
        if (steps.pop() === undefined) up += 1;
        if (up > this.#levelsBelowRoot) throw externalReference(asWritten);
        continue;
      }
      if (step === '' || /^ |[. ]$/.test(step) || WINDOWS_DEVICE.test(step))
        throw externalReference(asWritten);
      steps.push(step);
    }
    if (steps.length === 0) throw externalReference(asWritten);
    const reference = [...Array<string>(up).fill('..'), ...steps].join('/');
    this.#found.add(reference);
    if (this.#found.size > MODEL_LIMITS.references) {
      throw tooComplex(`more than ${MODEL_LIMITS.references} references`);
    }
    return reference;
  }
}

function decode(uri: string): string | undefined {
  try {
    return decodeURIComponent(uri);
  } catch {
    return undefined;
  }
}

/** Where a reference of a model leads, from the root: `models/a.gltf` and `../textures/b.png` give `textures/b.png`. */
export function resolveReference(modelPath: string, reference: string): string {
  const steps = modelPath.split('/').slice(0, -1);
  for (const step of reference.split('/')) {
    if (step === '..') steps.pop();
    else steps.push(step);
  }
  return steps.join('/');
}
