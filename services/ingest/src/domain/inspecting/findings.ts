import type { Refusal } from '../refusals.ts';

/* What inspection finds in a file. Everything here was seen in the content; nothing is the client's word. */

export interface DerivedPicture {
  readonly width: number;
  readonly height: number;
  readonly webp: Uint8Array;
}

export interface PictureFacts {
  /** As seen: upright. */
  readonly width: number;
  readonly height: number;
  /** Base64 of the thumbhash, about 28 characters. */
  readonly thumbhash: string;
  /** `#rrggbb` */
  readonly dominant_color: string;
  readonly derived: readonly DerivedPicture[];
}

/** Compiled code by its format, and what it runs on: `windows-x64`, `linux-arm64`, `macos-arm64`, ... */
export interface NativeCode {
  readonly format: 'pe' | 'elf' | 'mach-o';
  readonly platforms: readonly string[];
}

/** A file beside a glTF that it takes bytes from, and how many it must have at least. */
export interface ExternalBuffer {
  readonly path: string;
  readonly bytes: number;
}

export interface ModelFacts {
  readonly format: 'glb' | 'gltf' | 'obj' | 'stl';
  readonly meshes: number;
  readonly triangles: number;
  readonly materials: number;
  readonly textures: number;
  readonly animations: number;
  /** Files beside the model that it needs: normalised, relative to the model's own folder, never leaving the root. */
  readonly references: readonly string[];
  /** Some of the references. */
  readonly buffers?: readonly ExternalBuffer[] | undefined;
}

/** What a material library of an OBJ needs: no model by itself, but it names pictures. */
export interface MaterialLibrary {
  /** As those of a model, relative to the library's own folder. */
  readonly references: readonly string[];
}

export interface ArchiveEntry {
  /** As in the archive, checked: relative, `/` between its parts, NFC. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly media_type: string;
  /** How its bytes lie in the archive, for whoever fetches them by range; undefined in a tar.gz, which cannot be entered. */
  readonly stored:
    | {
        readonly offset: number;
        readonly length: number;
        readonly method: 'stored' | 'deflate';
      }
    | undefined;
  readonly native_code: NativeCode | undefined;
  readonly model: ModelFacts | undefined;
  readonly material_library?: MaterialLibrary | undefined;
}

export interface ArchiveFacts {
  readonly format: 'zip' | 'tar' | 'tar.gz';
  readonly entries: readonly ArchiveEntry[];
  /** Counted, not declared. */
  readonly unpacked_bytes: number;
}

/** What an inspector says. It throws when it cannot tell; then nothing is published (I1). */
export type Finding =
  | {
      readonly outcome: 'accepted';
      readonly media_type: string;
      readonly picture?: PictureFacts | undefined;
      readonly archive?: ArchiveFacts | undefined;
      readonly model?: ModelFacts | undefined;
      readonly material_library?: MaterialLibrary | undefined;
      /** Of a bare program or library, where those are accepted. */
      readonly native_code?: NativeCode | undefined;
    }
  | { readonly outcome: 'rejected'; readonly refusal: Refusal };
