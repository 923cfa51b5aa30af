const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
// A browser would run or render these, from whatever host the store is on.
const ACTIVE =
  /^(text\/(html|xml|xsl|vbscript|.*script\d?(\.\d)?)|image\/svg\+xml|application\/(.*\+xml|xml|pdf|.*script)|(multipart|message)\/.*)$/;

/** The Content-Type that the store answers with. */
export function servedType(mediaType: string): string {
  return MEDIA_TYPE.test(mediaType) && !ACTIVE.test(mediaType) ? mediaType : 'application/octet-stream';
}
