import { MODEL_LIMITS } from '../limits.ts';
import { corrupt, tooComplex } from '../refuse.ts';
import { isJsonObject, type JsonObject } from './parse-json.ts';

/** An object of the document, and where it is, for refusals. */
export interface Part {
  readonly json: JsonObject;
  readonly where: string;
}

/** Own members only: `__proto__` and `constructor` are names as any other. */
export function member(part: Part, name: string): unknown {
  return Object.hasOwn(part.json, name) ? part.json[name] : undefined;
}

export function partOf(part: Part, name: string): Part | undefined {
  const value = member(part, name);
  return value === undefined ? undefined : asPart(value, `${part.where}.${name}`);
}

export function requiredPart(part: Part, name: string): Part {
  const found = partOf(part, name);
  if (found === undefined) throw corrupt(`${part.where}.${name} is missing`);
  return found;
}

/** The objects of an array; none when it is not there. */
export function partsOf(part: Part, name: string): Part[] {
  return arrayOf(part, name).map((value, i) => asPart(value, `${part.where}.${name}[${i}]`));
}

export function arrayOf(part: Part, name: string): readonly unknown[] {
  const value = member(part, name);
  if (value === undefined) return [];
  const where = `${part.where}.${name}`;
  if (!Array.isArray(value)) throw corrupt(`${where} is no array`);
  if (value.length > MODEL_LIMITS.items)
    throw tooComplex(`${where} has more than ${MODEL_LIMITS.items} items`);
  return value;
}

export function integer(part: Part, name: string, min: number, fallback?: number): number {
  const given = member(part, name);
  const value = given === undefined ? fallback : given;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw corrupt(`${part.where}.${name} is no integer from ${min}`);
  }
  return value;
}

/** An index into a list of `count`, or undefined when it is not there. */
export function optionalIndex(part: Part, name: string, count: number): number | undefined {
  return member(part, name) === undefined ? undefined : index(part, name, count);
}

export function index(part: Part, name: string, count: number): number {
  return asIndex(member(part, name), count, `${part.where}.${name}`);
}

export function indices(part: Part, name: string, count: number): number[] {
  return arrayOf(part, name).map((value, i) => asIndex(value, count, `${part.where}.${name}[${i}]`));
}

export function finiteNumbers(part: Part, name: string, length: number): void {
  if (member(part, name) === undefined) return;
  const values = arrayOf(part, name);
  if (values.length !== length || !values.every((value) => Number.isFinite(value))) {
    throw corrupt(`${part.where}.${name} is not ${length} finite numbers`);
  }
}

export function asIndex(value: unknown, count: number, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= count) {
    throw corrupt(`${where} names nothing that is there`);
  }
  return value;
}

function asPart(value: unknown, where: string): Part {
  if (!isJsonObject(value)) throw corrupt(`${where} is no object`);
  return { json: value, where };
}
