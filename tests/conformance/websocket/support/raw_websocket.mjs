// A WebSocket client that does what it is told, right or wrong, one byte at a time if need be.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { within } from '../../support/wait.mjs';

export const kContinuation = 0x0;
export const kText = 0x1;
export const kBinary = 0x2;
export const kClose = 0x8;
export const kPing = 0x9;
export const kPong = 0xa;

const kTail = Buffer.from([0, 0, 0xff, 0xff]);
const kQuietMs = 5_000;
const opened = new Set();

// Returns a client's frame. `rsv` are the three reserved bits as a number: 4 is RSV1, the first.
export function frame(opcode, payload = '', { fin = true, rsv = 0, masked = true, mask = randomBytes(4) } = {}) {
  const data = Buffer.from(payload);
  const header = lengthHeader((fin ? 0x80 : 0) | (rsv << 4) | opcode, data.length, masked);
  if (!masked) return Buffer.concat([header, data]);
  for (let i = 0; i < data.length; ++i) data[i] ^= mask[i & 3];
  return Buffer.concat([header, mask, data]);
}

// Returns the header of a frame, without the mask, for a payload that need not follow.
export function lengthHeader(first, bytes, masked = true) {
  const bit = masked ? 0x80 : 0;
  if (bytes < 126) return Buffer.from([first, bit | bytes]);
  const header = Buffer.alloc(bytes < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = bit | (bytes < 65_536 ? 126 : 127);
  if (bytes < 65_536) header.writeUInt16BE(bytes, 2);
  else header.writeBigUInt64BE(BigInt(bytes), 2);
  return header;
}

// Returns a message as frames whose payloads are `parts`.
export function fragments(opcode, parts, { rsv = 0 } = {}) {
  return parts.map((part, i) =>
    frame(i === 0 ? opcode : kContinuation, part, { fin: i === parts.length - 1, rsv: i === 0 ? rsv : 0 }));
}

// Cuts bytes into pieces of `size`.
export function pieces(bytes, size) {
  const all = Buffer.from(bytes);
  const parts = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.subarray(at, at + size));
  return parts;
}

export function closePayload(code, reason = '') {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

// The payload of a compressed message (RFC 7692 §7.2.1).
export function deflate(message) {
  return deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -kTail.length);
}

function inflate(payload) {
  return inflateRawSync(Buffer.concat([payload, kTail]), { finishFlush: constants.Z_SYNC_FLUSH });
}

// Bytes in the order they came, joined only when enough are there.
class ByteQueue {
  constructor() {
    this.chunks = [];
    this.length = 0;
  }

  push(chunk) {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  peek(bytes) {
    if (this.chunks[0].length < bytes) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0].subarray(0, bytes);
  }

  take(bytes) {
    const taken = this.peek(bytes);
    this.chunks[0] = this.chunks[0].subarray(bytes);
    this.length -= bytes;
    return taken;
  }

  all() {
    return Buffer.concat(this.chunks);
  }
}

export class RawWebSocket {
  // Opens a WebSocket and, unless `sid` names a session that has one already, takes its open packet.
  // `extensions` are header lines of offers, `first` bytes to send in one write with the request.
  static async open(server, { sid, extensions = [], first = [] } = {}) {
    const socket = new RawWebSocket(server, sid, extensions, first);
    const head = await within('the answer to the upgrade', socket.head);
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`not upgraded: ${head}`);
    if (sid === undefined) socket.hello = JSON.parse((await socket.message()).data.toString().slice(1));
    return socket;
  }

  constructor(server, sid, extensions, first) {
    this.input = new ByteQueue();
    this.frames = [];
    this.waiting = null;
    this.tcp = connect({ host: '127.0.0.1', port: server.port, noDelay: true });
    opened.add(this.tcp);
    this.head = new Promise((resolve) => { this.headCame = resolve; });
    this.upgraded = false;
    this.gone = false;
    this.tcp.on('data', (data) => {
      this.input.push(data);
      this.parse();
    });
    this.tcp.on('error', () => {});
    this.tcp.on('end', () => this.tcp.end());
    this.tcp.on('close', () => {
      opened.delete(this.tcp);
      this.gone = true;
      this.headCame(this.input.all().toString('latin1'));
      this.wake();
    });
    const request = [
      `GET /engine.io/?EIO=4&transport=websocket${sid === undefined ? '' : `&sid=${sid}`} HTTP/1.1`,
      'Host: 127.0.0.1', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...extensions.map((offer) => `Sec-WebSocket-Extensions: ${offer}`),
    ].join('\r\n');
    this.tcp.write(Buffer.concat([Buffer.from(`${request}\r\n\r\n`), ...first]));
  }

  // What the server has agreed to, or undefined.
  async extensions() {
    return /^sec-websocket-extensions: (.*)$/im.exec(await this.head)?.[1].trim();
  }

  parse() {
    if (!this.upgraded) {
      const all = this.input.all();
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.upgraded = true;
      this.input.take(end + 4);
      this.headCame(all.subarray(0, end).toString('latin1'));
    }
    while (this.parseFrame()) this.wake();
  }

  parseFrame() {
    if (this.input.length < 2) return false;
    const [first, short] = this.input.peek(2);
    const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.input.length < headerBytes) return false;
    const header = this.input.peek(headerBytes);
    const bytes = short < 126 ? short : short === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2));
    if (this.input.length < headerBytes + bytes) return false;
    this.input.take(headerBytes);
    const payload = bytes === 0 ? Buffer.alloc(0) : Buffer.from(this.input.take(bytes));
    this.frames.push({ fin: (first & 0x80) !== 0, rsv: (first >> 4) & 7, opcode: first & 0x0f, payload });
    return true;
  }

  wake() {
    this.waiting?.();
    this.waiting = null;
  }

  // The next frame, or null at the end of the connection.
  async frame() {
    while (this.frames.length === 0 && !this.gone) {
      await within('the next frame', new Promise((resolve) => { this.waiting = resolve; }), kQuietMs);
    }
    return this.frames.shift() ?? null;
  }

  // The next frame as {opcode, data, compressed}; null at the end. The server never fragments.
  async message() {
    const next = await this.frame();
    if (next === null) return null;
    if (!next.fin) throw new Error('the server has sent a fragment');
    const compressed = next.rsv === 4;
    if (next.rsv !== 0 && !compressed) throw new Error(`the server has set RSV ${next.rsv}`);
    return { opcode: next.opcode, data: compressed ? inflate(next.payload) : next.payload, compressed };
  }

  // Sends buffers, and arrays of them, in one write.
  send(...bytes) {
    this.tcp.write(Buffer.concat(bytes.flat()));
  }

  // Sends each in a write of its own, giving the server time to read.
  async sendApart(...bytes) {
    for (const piece of bytes.flat()) {
      this.tcp.write(piece);
      await turn();
    }
  }

  // Sends in pieces of `size` bytes.
  sendChopped(size, ...bytes) {
    return this.sendApart(pieces(Buffer.concat(bytes.flat()), size));
  }

  // Waits for the server's close frame, with nothing before it, and for the end of the connection. Returns
  // {code, reason}; 1005 for an empty frame. The close is answered, as a good client does.
  async closed() {
    const next = await this.frame();
    if (next === null) return { code: 1006, reason: '' };
    if (next.opcode !== kClose) throw new Error(`not a close frame: ${next.opcode} ${next.payload.subarray(0, 60)}`);
    const rest = await this.frame();
    if (rest !== null) throw new Error(`a frame after the close frame: ${rest.opcode}`);
    if (next.payload.length === 0) return { code: 1005, reason: '' };
    return { code: next.payload.readUInt16BE(0), reason: next.payload.subarray(2).toString() };
  }

  destroy() {
    this.tcp.destroy();
  }
}

// Ends what tests have left open.
export function destroyAll() {
  for (const tcp of opened) tcp.destroy();
}
