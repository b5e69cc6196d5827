// WebSocket clients: the library `ws` where it does what is wanted, and bare frames where it would not.

import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { Inbox, within } from './wait.mjs';
import { connectTcp } from './wire.mjs';

const open = new Set();

// Closes what a test has left open.
export function closeAll() {
  for (const socket of open) socket.terminate();
  open.clear();
}

// An Engine.IO session over WebSocket, or a probe of one. Messages are strings, or Buffers if binary.
export class EngineSocket {
  constructor(server, { path = '/socket.io/', query = 'EIO=4&transport=websocket', options = {} } = {}) {
    this.inbox = new Inbox();
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}?${query}`, options);
    open.add(this.socket);
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.opened.catch(() => {});
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.inbox.push(isBinary ? data : data.toString('utf8')));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        open.delete(this.socket);
        resolve({ code, reason: reason.toString('utf8') });
        this.inbox.close(new Error(`closed with ${code} ${reason}`));
      });
    });
  }

  // Opens a session and takes its open packet.
  static async open(server, options) {
    const session = new EngineSocket(server, options);
    await within('the WebSocket opens', session.opened);
    const packet = await session.next('the open packet');
    session.open = JSON.parse(packet.slice(1));
    session.sid = session.open.sid;
    return session;
  }

  // Opens a WebSocket for the session `sid`.
  static async probe(server, sid, { path = '/socket.io/' } = {}) {
    const probe = new EngineSocket(server, { path, query: `EIO=4&transport=websocket&sid=${sid}` });
    await within('the probe opens', probe.opened);
    return probe;
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  next(what) {
    return this.inbox.next(what);
  }

  // The next message that is no ping of the heartbeat.
  async nextButPing(what) {
    for (;;) {
      const message = await this.next(what);
      if (message !== '2') return message;
      this.send('3');
    }
  }

  // The close code and reason.
  end() {
    return within('the WebSocket closes', this.closed);
  }

  // Connects to a namespace and returns the Socket.IO id. The echo backend's `auth` event is taken too.
  async connect(nsp = '/', auth) {
    const prefix = nsp === '/' ? '' : `${nsp},`;
    this.send(`40${prefix}${auth === undefined ? '' : JSON.stringify(auth)}`);
    const reply = await this.next('CONNECT');
    if (!reply.startsWith(`40${prefix}{`)) throw new Error(`not CONNECT: ${reply}`);
    const event = await this.next('auth');
    if (!event.startsWith(`42${prefix}["auth"`)) throw new Error(`not auth: ${event}`);
    return JSON.parse(reply.slice(2 + prefix.length)).sid;
  }

  close() {
    this.socket.terminate();
  }
}

// One masked client frame. `head` sets bits of the first byte: FIN 0x80, RSV 0x70, opcode 0x0f.
export function frame(head, payload = '', { masked = true } = {}) {
  const data = Buffer.from(payload);
  const length =
    data.length < 126
      ? Buffer.from([data.length])
      : data.length < 65_536
        ? Buffer.from([126, data.length >> 8, data.length & 0xff])
        : (() => {
            const long = Buffer.alloc(9);
            long[0] = 127;
            long.writeBigUInt64BE(BigInt(data.length), 1);
            return long;
          })();
  if (!masked) return Buffer.concat([Buffer.from([head]), length, data]);
  length[0] |= 0x80;
  const mask = randomBytes(4);
  const body = Buffer.from(data.map((byte, index) => byte ^ mask[index % 4]));
  return Buffer.concat([Buffer.from([head]), length, mask, body]);
}

export const kText = 0x81;
export const kBinary = 0x82;

// The bytes of an upgrade request.
export function upgradeRequest(path, { query = 'EIO=4&transport=websocket', headers = [] } = {}) {
  return [
    `GET ${path}?${query} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...headers,
    '\r\n',
  ].join('\r\n');
}

// Splits what a server has sent into its HTTP head and frames: {head, frames: [{opcode, payload}]}.
export function parseServerBytes(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { head: '', frames: [] };
  const head = bytes.subarray(0, end).toString('latin1');
  const frames = [];
  let rest = bytes.subarray(end + 4);
  while (rest.length >= 2) {
    let length = rest[1] & 0x7f;
    let offset = 2;
    if (length === 126 && rest.length >= 4) {
      length = rest.readUInt16BE(2);
      offset = 4;
    } else if (length === 127 && rest.length >= 10) {
      length = Number(rest.readBigUInt64BE(2));
      offset = 10;
    }
    if (rest.length < offset + length) break;
    frames.push({ opcode: rest[0] & 0x0f, first: rest[0], payload: rest.subarray(offset, offset + length) });
    rest = rest.subarray(offset + length);
  }
  return { head, frames };
}

// A WebSocket of bare frames: {send(bytes), frames(count), close code}.
export class BareSocket {
  static async open(server, path = '/socket.io/', { query, headers, first = Buffer.alloc(0) } = {}) {
    const bare = new BareSocket();
    bare.tcp = await connectTcp(server);
    open.add({ terminate: () => bare.tcp.socket.destroy() });
    bare.tcp.socket.write(Buffer.concat([Buffer.from(upgradeRequest(path, { query, headers })), first]));
    return bare;
  }

  send(...frames) {
    this.tcp.socket.write(Buffer.concat(frames));
  }

  // Waits for the frame with this index, counted from the first that the server sent.
  async frame(index) {
    const all = await this.tcp.until(`frame ${index}`, (bytes) => parseServerBytes(bytes).frames.length > index);
    return parseServerBytes(all).frames[index];
  }

  // Waits for the server's close frame: {code, reason}; code 1005 if it has none, 1006 if there was no frame.
  async end() {
    await this.tcp.closed();
    const last = parseServerBytes(this.tcp.all()).frames.find(({ opcode }) => opcode === 8);
    if (!last) return { code: 1006, reason: '' };
    if (last.payload.length < 2) return { code: 1005, reason: '' };
    return { code: last.payload.readUInt16BE(0), reason: last.payload.subarray(2).toString('utf8') };
  }
}
