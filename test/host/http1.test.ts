import { describe, expect, it } from 'vitest';
import { type Http1Answer, type Http1Progress, Http1Reader } from '../../lib/host/http1.ts';

/** All at once, and byte by byte: what a server said does not depend on how it came. */
function read(text: string, maxBytes = 1000): Http1Progress {
  const [whole, dripped] = [new Http1Reader(maxBytes), new Http1Reader(maxBytes)];
  const atOnce = whole.push(Buffer.from(text, 'latin1'));
  let last: Http1Progress = 'more';
  for (const byte of Buffer.from(text, 'latin1')) {
    last = dripped.push(Buffer.of(byte));
    if (last !== 'more') break;
  }
  if (typeof atOnce === 'object' && 'body' in atOnce)
    expect({ ...(last as Http1Answer), reusable: atOnce.reusable }).toEqual(atOnce);
  else expect(last).toEqual(atOnce);
  return atOnce;
}

const bodyOf = (progress: Http1Progress) =>
  typeof progress === 'object' && 'body' in progress ? progress.body.toString('latin1') : progress;

describe('Http1Reader', () => {
  it('reads status, headers and a body of known length', () => {
    const answer = read('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\nApi-Version:  1.41 \r\nX: a\r\nx: b\r\n\r\nno');

    expect(answer).toMatchObject({ status: 503, truncated: false, reusable: true });
    expect(answer).toMatchObject({ headers: { 'content-length': '2', 'api-version': '1.41', x: 'a, b' } });
    expect(bodyOf(answer)).toBe('no');
  });

  it.each([
    [
      'chunks, one with an extension, and a trailer',
      'Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n00A\r\n0123456789\r\n0\r\nMore: 1\r\n\r\n',
      'ab0123456789',
    ],
    ['no chunk', 'Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n', ''],
    ['no body', 'Content-Length: 0\r\n\r\n', ''],
    ['lines that end in a line feed alone', 'Content-Length: 2\n\nok', 'ok'],
  ])('reads %s', (_, rest, body) => {
    const answer = read(`HTTP/1.1 200 OK\r\n${rest}`);

    expect(bodyOf(answer)).toBe(body);
    expect(answer).toMatchObject({ reusable: true });
  });

  it('reads on behind 100 Continue', () => {
    expect(bodyOf(read('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'))).toBe('ok');
  });

  it('reads to the end where nothing says how long it is', () => {
    const reader = new Http1Reader(100);

    expect(reader.push(Buffer.from('HTTP/1.0 200 OK\r\n\r\nall of it'))).toBe('more');
    expect(bodyOf(reader.end())).toBe('all of it');
  });

  it.each([
    ['the server closes it', 'HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 2\r\n\r\nok'],
    ['the server is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['something follows that nobody asked for', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK'],
  ])('does not use a connection again when %s', (_, text) => {
    expect(read(text)).toMatchObject({ status: 200, reusable: false });
  });

  it.each([
    ['a length that is never sent', `Content-Length: ${2 ** 30}\r\n\r\n${'x'.repeat(200)}`],
    ['one chunk without end', `Transfer-Encoding: chunked\r\n\r\n3fffffff\r\n${'x'.repeat(200)}`],
    ['chunks without end', `Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(200)}`],
    ['a body without end', `\r\n${'x'.repeat(200)}`],
  ])('keeps what fits of %s', (_, rest) => {
    const answer = read(`HTTP/1.1 200 OK\r\n${rest}`, 100);

    expect(answer).toMatchObject({ truncated: true, reusable: false });
    expect(bodyOf(answer)).toBe('x'.repeat(100));
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'HPE_INVALID_CONSTANT'],
    ['HTTP/2', '\0\0\0\x04\0\0\0\0\0', 'HPE_INVALID_CONSTANT'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['a header without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`, 'HPE_HEADER_OVERFLOW'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'X: x\r\n'.repeat(5000)}`, 'HPE_HEADER_OVERFLOW'],
    ['answers of 100 without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000), 'HPE_HEADER_OVERFLOW'],
    [
      'trailers without end',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X: x\r\n'.repeat(5000)}`,
      'HPE_HEADER_OVERFLOW',
    ],
    [
      'a size of a chunk without end',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}`,
      'HPE_HEADER_OVERFLOW',
    ],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b: c\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'HPE_INVALID_CONTENT_LENGTH'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'HPE_INVALID_CONTENT_LENGTH'],
    [
      'a length that no number holds',
      `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n`,
      'HPE_INVALID_CONTENT_LENGTH',
    ],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    ['an encoding that is not known', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', 'HPE_INVALID_TRANSFER_ENCODING'],
    ['a size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nten\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['a negative size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    [
      'a chunk that is longer than it says',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n',
      'HPE_INVALID_CHUNK_SIZE',
    ],
  ])('refuses %s', (_, text, fault) => {
    expect(read(text)).toEqual({ fault });
  });

  it.each([
    ['nothing', ''],
    ['half a header', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf'],
    ['all chunks but the last', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n'],
  ])('calls a server that ends after %s one that broke off', (_, text) => {
    const reader = new Http1Reader(100);
    if (text !== '') expect(reader.push(Buffer.from(text))).toBe('more');

    expect(reader.end()).toEqual({ fault: 'ECONNRESET' });
  });
});
