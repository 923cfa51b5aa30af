import type { Publication } from '@cairn/shared/records/publication';
import { traced } from '@cairn/shared/telemetry/tracing';
import type { Inspector } from '../domain/ports.ts';

/** An inspection as a span; of the file its size and role, never its name. */
export const tracedInspector = (inspector: Inspector): Inspector => ({
  inspect: (file, signal) =>
    traced('file.inspect', { attributes: { 'file.role': file.role, 'file.size': file.size } }, () =>
      inspector.inspect(file, signal),
    ),
});

/** What makes an upload visible as a span, which the event that it writes then follows. */
export function tracedPublication(publication: Publication): Publication {
  const span = <Result>(asin: string, work: () => Promise<Result>) =>
    traced('upload.publish', { attributes: { asin } }, work);
  return {
    ...publication,
    createAsset: (asset, release, eventId) =>
      span(asset.asin, () => publication.createAsset(asset, release, eventId)),
    addRelease: (release, eventId) => span(release.asin, () => publication.addRelease(release, eventId)),
    addPictures: (pictures, eventId, now) =>
      span(pictures.asin, () => publication.addPictures(pictures, eventId, now)),
  };
}
