/** In the words of node's own parser. */
export type Http1Fault =
  | 'HPE_INVALID_CONSTANT'
  | 'HPE_HEADER_OVERFLOW'
  | 'HPE_INVALID_HEADER_TOKEN'
  | 'HPE_INVALID_CONTENT_LENGTH'
  | 'HPE_INVALID_TRANSFER_ENCODING'
  | 'HPE_INVALID_CHUNK_SIZE'
  | 'ECONNRESET';

/** It is not HTTP/1.x. Never leaves lib/host. */
export class Http1Error extends Error {
  readonly fault: Http1Fault;
  constructor(fault: Http1Fault) {
    super(fault);
    this.fault = fault;
  }
}

export interface Head {
  readonly status: number;
  readonly minor: number;
  /** Names in lower case; of a name that comes twice both values, with a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

/** `text`: status line and fields, without the empty line. */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\n');
  const start = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r]*)?\r?$/.exec(first);
  if (start === null) throw new Http1Error('HPE_INVALID_CONSTANT');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw new Http1Error('HPE_INVALID_HEADER_TOKEN');
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(start[2]), minor: Number(start[1]), headers: Object.fromEntries(headers) };
}

export type Framing = { readonly by: 'length'; readonly length: number } | { readonly by: 'chunks' | 'end' };

/** RFC 9112, section 6.3. Two lengths, or a length beside chunks, are how one server is made to say what another did not. */
export function framingOf({ status, headers }: Head): Framing {
  if (status === 204 || status === 304) return { by: 'length', length: 0 };
  const { 'transfer-encoding': encoding, 'content-length': length } = headers;
  if (encoding !== undefined) {
    if (length !== undefined || encoding.toLowerCase() !== 'chunked') throw new Http1Error('HPE_INVALID_TRANSFER_ENCODING');
    return { by: 'chunks' };
  }
  if (length === undefined) return { by: 'end' };
  if (!/^\d{1,15}$/.test(length)) throw new Http1Error('HPE_INVALID_CONTENT_LENGTH');
  return { by: 'length', length: Number(length) };
}

/** Whether the server will take another request on this connection. */
export function staysOpen({ minor, headers }: Head): boolean {
  const words = (headers.connection ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  return minor === 1 ? !words.includes('close') : words.includes('keep-alive');
}

const LF = 0x0a;
const CR = 0x0d;

/** Behind the empty line that begins at `from` or later; -1: it has not come. */
export function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
