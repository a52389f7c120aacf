/** The server does not keep to HTTP/2. Never leaves lib/host/cri but as `failed`. */
export class ProtocolError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
