import { describe, expect, test } from 'vitest';
import { parseBasicCredentials } from './basic-credentials.ts';

const basic = (text: string) => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

describe('parseBasicCredentials', () => {
  test.each([
    ['the example of RFC 7617', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin', 'open sesame'],
    ['its example in UTF-8', 'Basic dGVzdDoxMjPCow==', 'test', '123\u00a3'],
    ['any case of the scheme', 'bAsIc QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin', 'open sesame'],
    ['spaces after the scheme', 'Basic   dGVzdDoxMjPCow==', 'test', '123\u00a3'],
    ['colons in the password', basic('mara:a:b:'), 'mara', 'a:b:'],
    ['an empty password', basic('mara:'), 'mara', ''],
    ['an empty name', basic(':secret'), '', 'secret'],
    ['spaces around the password', basic('mara: se cret '), 'mara', ' se cret '],
    ['a byte order mark in the password', basic('mara:\ufeffsecret'), 'mara', '\ufeffsecret'],
    ['a byte order mark in front', basic('\ufeffmara:secret'), '\ufeffmara', 'secret'],
    ['emoji', basic('🦊:🦊🦊'), '🦊', '🦊🦊'],
    ['decomposed letters, as they are', basic('ame\u0301lie:e\u0301'), 'ame\u0301lie', 'e\u0301'],
  ])('reads %s', (_what, header, username, password) => {
    expect(parseBasicCredentials(header)).toEqual({ username, password });
  });

  test.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Basic'],
    ['the scheme and a space', 'Basic '],
    ['another scheme', 'Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['no space', 'BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['a tab', 'Basic\tQWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['no colon', basic('mara')],
    ['no padding', 'Basic dGVzdDoxMjPCow'],
    ['too much padding', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==='],
    ['padding inside', 'Basic QWxh=ZGRpbjpvcGVu'],
    ['stray bits', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZR=='],
    ['the URL alphabet', 'Basic dGVzdDoxMjPCo_8-'],
    ['white space inside', 'Basic dGVzdDox MjPCow=='],
    ['two of them', `${basic('mara:one')}, ${basic('mara:two')}`],
    ['parameters', `${basic('mara:one')}; charset=UTF-8`],
    ['plain text', 'Basic mara:secret'],
    ['Latin-1', `Basic ${Buffer.from('mara:p\u00e4ss', 'latin1').toString('base64')}`],
    ['a lone surrogate in UTF-8', `Basic ${Buffer.from([0x6d, 0x3a, 0xed, 0xa0, 0x80]).toString('base64')}`],
    ['an overlong form', `Basic ${Buffer.from([0x6d, 0x3a, 0xc0, 0x80]).toString('base64')}`],
  ])('refuses %s', (_what, header) => {
    expect(parseBasicCredentials(header)).toBeUndefined();
  });
});
