// A Socket.IO client that is little more than a TCP socket, so that ten thousand fit into one test.

import { connect } from 'node:net';

const kHandshake = (path) =>
  `GET ${path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
const kText = 1;
const kBinary = 2;
const kClose = 8;

// A masked frame whose mask is zero: the payload stays as it is.
function frame(opcode, payload) {
  const data = Buffer.from(payload);
  const head =
    data.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | data.length])
      : data.length < 0x10000
        ? Buffer.from([0x80 | opcode, 0xfe, data.length >> 8, data.length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | opcode, 0xff]), bigEndian64(data.length)]);
  return Buffer.concat([head, Buffer.alloc(4), data]);
}

function bigEndian64(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

export class RawClient {
  // `address`: of this end; a port space of its own.
  constructor(port, address = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true });
    this.input = [];
    this.inputBytes = 0;
    this.upgraded = false;
    this.waiting = []; // {test, resolve, reject}
    this.closeFrame = null; // {code, reason}
    this.binaryFrames = 0;
    this.ended = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('error', () => {});
    this.socket.once('close', () => this.fail(new Error('the connection has ended')));
    this.socket.on('data', (chunk) => this.onData(chunk));
    this.socket.write(kHandshake('/socket.io/'));
  }

  // Resolves with the first text frame from now on for which `test` holds.
  next(test) {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error('the connection has ended'));
      this.waiting.push({ test, resolve, reject });
    });
  }

  nextWith(prefix) {
    return this.next((text) => text.startsWith(prefix));
  }

  send(text) {
    this.socket.write(frame(kText, text));
  }

  sendBinary(bytes) {
    this.socket.write(frame(kBinary, bytes));
  }

  // Connects to `/` and resolves with the socket's id.
  async enter() {
    await this.nextWith('0{');
    this.send('40');
    const connected = await this.nextWith('40{');
    return JSON.parse(connected.slice(2)).sid;
  }

  // Emits an event and resolves with its ack.
  async ask(id, ...event) {
    const answer = this.nextWith(`43${id}[`);
    this.send(`42${id}${JSON.stringify(event)}`);
    return JSON.parse((await answer).slice(`43${id}`.length));
  }

  closeNicely() {
    this.socket.write(frame(kClose, ''));
    this.socket.end();
  }

  destroy() {
    this.socket.destroy();
  }

  fail(error) {
    for (const waiter of this.waiting.splice(0)) waiter.reject(error);
  }

  onData(chunk) {
    this.input.push(chunk);
    this.inputBytes += chunk.length;
    if (this.needed > this.inputBytes) return;
    let bytes = this.input.length === 1 ? this.input[0] : Buffer.concat(this.input);
    if (!this.upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) return this.socket.destroy();
      this.upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    let length = this.takeFrame(bytes);
    while (length > 0) {
      bytes = bytes.subarray(length);
      length = this.takeFrame(bytes);
    }
    this.input = bytes.length > 0 ? [bytes] : [];
    this.inputBytes = bytes.length;
  }

  // Returns the bytes of the frame at the front, or 0 if it is not whole; then `needed` says how much it takes.
  takeFrame(bytes) {
    this.needed = 0;
    if (bytes.length < 2) return 0;
    const short = bytes[1] & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return 0;
    const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    this.needed = head + size;
    if (bytes.length < this.needed) return 0;
    this.onFrame(bytes[0] & 0x0f, bytes.subarray(head, head + size));
    return head + size;
  }

  onFrame(opcode, payload) {
    if (opcode === kClose) {
      this.closeFrame = {
        code: payload.length >= 2 ? payload.readUInt16BE(0) : 1005,
        reason: payload.toString('utf8', 2),
      };
      this.closeNicely();
    } else if (opcode === kBinary) {
      this.binaryFrames += 1;
      this.onBinary?.();
    } else if (opcode === kText) {
      const text = payload.toString('utf8');
      if (text === '2') return this.send('3');
      const index = this.waiting.findIndex((waiter) => waiter.test(text));
      if (index >= 0) this.waiting.splice(index, 1)[0].resolve(text);
    }
  }
}
