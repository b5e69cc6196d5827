// Sections 1 to 4 of the Autobahn suite: framing, pings and pongs, reserved bits, opcodes.
//
// Engine.IO echoes messages, so that each text begins with its packet type, `4`.

import { after, before } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kBinaryEcho, kPongOf, kTextEcho } from './support/cases.mjs';
import { destroyAll, frame, kBinary, kClose, kPing, kPong, kText, closePayload } from './support/raw_websocket.mjs';

let server;
before(async () => { server = await startEngineServer(); });
after(destroyAll);
stopAfter(() => [server]);
const it = (name, what) => caseOn(() => server, name, what);

const kHello = '4Hello, world!';
const hello = () => frame(kText, kHello);
const helloBytes = () => frame(kBinary, kHello);

// --- 1 Framing ---

const kSizes = [0, 125, 126, 127, 128, 65_535, 65_536];
for (const [i, size] of kSizes.entries()) {
  const text = `4${'*'.repeat(Math.max(size - 1, 0))}`;
  it(`1.1.${i + 1} Text of ${size} bytes`, {
    send: (socket) => socket.send(frame(kText, text)), expect: [kTextEcho(text)],
  });
  const data = Buffer.alloc(size, 0xfe);
  it(`1.2.${i + 1} Binary of ${size} bytes`, {
    send: (socket) => socket.send(frame(kBinary, data)), expect: [kBinaryEcho(data)],
  });
}
const kLong = `4${'*'.repeat(65_535)}`;
it('1.1.8 Text of 65536 bytes in chops of 997', {
  send: (socket) => socket.sendChopped(997, frame(kText, kLong)), expect: [kTextEcho(kLong)],
});
it('1.2.8 Binary of 65536 bytes in chops of 997', {
  send: (socket) => socket.sendChopped(997, frame(kBinary, kLong)), expect: [kBinaryEcho(kLong)],
});

// --- 2 Pings and pongs ---

const kBytes = Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]);
const kFull = Buffer.alloc(125, 0xfe);
const tenPings = () => Array.from({ length: 10 }, (_, i) => frame(kPing, `payload-${i}`));
const tenPongs = Array.from({ length: 10 }, (_, i) => kPongOf(`payload-${i}`));

it('2.1 Ping without payload', { send: (socket) => socket.send(frame(kPing)), expect: [kPongOf()] });
it('2.2 Ping with text', { send: (socket) => socket.send(frame(kPing, 'Hello')), expect: [kPongOf('Hello')] });
it('2.3 Ping with bytes', { send: (socket) => socket.send(frame(kPing, kBytes)), expect: [kPongOf(kBytes)] });
it('2.4 Ping with 125 bytes', { send: (socket) => socket.send(frame(kPing, kFull)), expect: [kPongOf(kFull)] });
it('2.5 Ping with 126 bytes', {
  send: (socket) => socket.send(frame(kPing, Buffer.alloc(126, 0xfe))), close: 1002, reason: 'bad control frame',
});
it('2.6 Ping with 125 bytes, byte by byte', {
  send: (socket) => socket.sendChopped(1, frame(kPing, kFull)), expect: [kPongOf(kFull)],
});
it('2.7 Pong that nobody asked for', { send: (socket) => socket.send(frame(kPong)) });
it('2.8 Pong that nobody asked for, with payload', { send: (socket) => socket.send(frame(kPong, 'unsolicited')) });
it('2.9 Pong that nobody asked for, then a ping', {
  send: (socket) => socket.send(frame(kPong, 'unsolicited'), frame(kPing, 'ping')), expect: [kPongOf('ping')],
});
it('2.10 Ten pings', { send: (socket) => socket.send(tenPings()), expect: tenPongs });
it('2.11 Ten pings, byte by byte', { send: (socket) => socket.sendChopped(1, tenPings()), expect: tenPongs });

// --- 3 Reserved bits ---

const reserved = { close: 1002, reason: 'unexpected reserved bit' };
it('3.1 Text with RSV 1', { send: (socket) => socket.send(frame(kText, kHello, { rsv: 1 })), ...reserved });
it('3.2 Text, text with RSV 2, ping, in one chop', {
  send: (socket) => socket.send(hello(), frame(kText, kHello, { rsv: 2 }), frame(kPing)),
  expect: [kTextEcho(kHello)], ...reserved,
});
it('3.3 Text, text with RSV 3, ping, frame by frame', {
  send: (socket) => socket.sendApart(hello(), frame(kText, kHello, { rsv: 3 }), frame(kPing)),
  expect: [kTextEcho(kHello)], ...reserved,
});
it('3.4 Text, text with RSV 4, ping, byte by byte', {
  send: (socket) => socket.sendChopped(1, hello(), frame(kText, kHello, { rsv: 4 }), frame(kPing)),
  expect: [kTextEcho(kHello)], ...reserved,
});
it('3.5 Binary with RSV 5', { send: (socket) => socket.send(frame(kBinary, kBytes, { rsv: 5 })), ...reserved });
it('3.6 Ping with RSV 6', { send: (socket) => socket.send(frame(kPing, kHello, { rsv: 6 })), ...reserved });
it('3.7 Close with RSV 7', {
  send: (socket) => socket.send(frame(kClose, closePayload(1000), { rsv: 7 })), ...reserved,
});

// --- 4 Opcodes ---

const unknown = { close: 1002, reason: 'unknown opcode' };
for (const [section, opcodes] of [['4.1', [3, 4, 5, 6, 7]], ['4.2', [11, 12, 13, 14, 15]]]) {
  const [bare, withPayload, afterText, afterTextWithPayload, chopped] = opcodes;
  it(`${section}.1 Opcode ${bare}`, { send: (socket) => socket.send(frame(bare)), ...unknown });
  it(`${section}.2 Opcode ${withPayload} with payload`, {
    send: (socket) => socket.send(frame(withPayload, 'payload')), ...unknown,
  });
  it(`${section}.3 Text, opcode ${afterText}, ping`, {
    send: (socket) => socket.send(hello(), frame(afterText), frame(kPing)), expect: [kTextEcho(kHello)], ...unknown,
  });
  it(`${section}.4 Text, opcode ${afterTextWithPayload} with payload, ping`, {
    send: (socket) => socket.send(hello(), frame(afterTextWithPayload, kHello), frame(kPing)),
    expect: [kTextEcho(kHello)], ...unknown,
  });
  it(`${section}.5 Binary, opcode ${chopped} with payload, ping, byte by byte`, {
    send: (socket) => socket.sendChopped(1, helloBytes(), frame(chopped, kHello), frame(kPing)),
    expect: [kBinaryEcho(kHello)], ...unknown,
  });
}
