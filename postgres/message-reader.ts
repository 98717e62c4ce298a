/** Handles the messages of a server. If a function throws, the connection must be closed. */
export interface MessageListener {
  /** Called when type and length are known, before the body has arrived. `bytes` counts the whole message. */
  onHeader(type: string, bytes: number): void;
  /** Called with the body of an authentication request. */
  onAuthentication(body: Buffer): void;
}

const headerBytes = 5;
const lengthBytes = 4;
const authentication = 'R';

/**
 * Follows the messages in a byte stream with any chunk boundaries, and stores none of them.
 *
 * Source: PostgreSQL manual, 54.7 Message Formats: one byte of type, then an Int32 that counts itself and the body.
 */
export function messageReader(listener: MessageListener): (chunk: Buffer) => void {
  const header = Buffer.alloc(headerBytes);
  let headerFilled = 0;
  let bodyLeft = 0;
  let body: Buffer[] = [];

  const readHeader = (chunk: Buffer, offset: number): number => {
    const taken = chunk.copy(header, headerFilled, offset);
    headerFilled += taken;
    if (headerFilled < headerBytes) return taken;
    const length = header.readUInt32BE(1);
    if (length < lengthBytes) throw new RangeError('a message is shorter than its own length');
    listener.onHeader(typeOf(header), length + 1);
    bodyLeft = length - lengthBytes;
    return taken;
  };
  const readBody = (chunk: Buffer, offset: number): number => {
    const taken = Math.min(bodyLeft, chunk.length - offset);
    if (typeOf(header) === authentication)
      body.push(Buffer.from(chunk.subarray(offset, offset + taken)));
    bodyLeft -= taken;
    return taken;
  };
  const finishMessage = (): void => {
    headerFilled = 0;
    if (typeOf(header) === authentication) listener.onAuthentication(Buffer.concat(body));
    body = [];
  };

  return (chunk) => {
    let offset = 0;
    while (offset < chunk.length) {
      offset += headerFilled < headerBytes ? readHeader(chunk, offset) : readBody(chunk, offset);
      if (headerFilled === headerBytes && bodyLeft === 0) finishMessage();
    }
  };
}

function typeOf(header: Buffer): string {
  return header.toString('latin1', 0, 1);
}
