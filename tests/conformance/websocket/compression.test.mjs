// A sample of sections 12 and 13 of the Autobahn suite, permessage-deflate, and what it leaves out: bombs, and frames
// that use the extension wrongly. The peer is Node's zlib.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kBinaryEcho, kPongOf, kTextEcho } from './support/cases.mjs';
import {
  deflate, destroyAll, fragments, frame, kBinary, kContinuation, kPing, kText, pieces, RawWebSocket,
} from './support/raw_websocket.mjs';

let server;
let plainServer;
before(async () => {
  [server, plainServer] = await Promise.all([
    startEngineServer('--per_message_deflate', '--deflate_threshold=16'), startEngineServer(),
  ]);
});
after(destroyAll);
stopAfter(() => [server, plainServer]);

const kOffer = 'permessage-deflate; client_max_window_bits';
const kAnswer = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
const it = (name, what) => caseOn(() => server, name, { options: { extensions: [kOffer] }, ...what });

// Text that compresses as JSON does, and bytes that do so less well.
function sampleText(bytes) {
  let text = '4';
  for (let i = 0; text.length < bytes; ++i) text += JSON.stringify({ id: i, name: `person ${i * 7919 % 1000}`, vote: i % 7 });
  return Buffer.from(text.slice(0, bytes));
}
function sampleBytes(bytes) {
  const data = Buffer.alloc(bytes);
  for (let i = 0, state = 1; i < bytes; ++i) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    data[i] = (state >> 16) & 0x3f;
  }
  return data;
}

const kSizes = [16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072];
const kMessages = 20;
for (const [section, kind, opcode, sample, echo] of [
  ['12.1', 'text', kText, sampleText, kTextEcho], ['12.2', 'binary', kBinary, sampleBytes, kBinaryEcho],
]) {
  for (const [i, bytes] of kSizes.entries()) {
    const message = sample(bytes);
    it(`${section}.${i + 1} Compressed ${kind} messages of ${bytes} bytes`, {
      send: async (socket) => {
        for (let sent = 0; sent < kMessages; ++sent) await socket.sendApart(frame(opcode, deflate(message), { rsv: 4 }));
      },
      expect: Array.from({ length: kMessages }, () => echo(message)),
    });
  }
  for (const [i, size] of [256, 1024, 4096, 32_768].entries()) {
    const message = sample(131_072);
    it(`${section}.${i + 11} A compressed ${kind} message of 131072 bytes in frames of ${size}`, {
      send: (socket) => socket.send(fragments(opcode, pieces(deflate(message), size), { rsv: 4 })), expect: [echo(message)],
    });
  }
}

// Offers as header lines, and the answer; none: the connection goes on without.
const kNegotiations = [
  ['13.1', ['permessage-deflate'], kAnswer],
  ['13.2', ['permessage-deflate; server_no_context_takeover'], kAnswer],
  ['13.3', ['permessage-deflate; server_max_window_bits=9'], undefined],
  ['13.4', ['permessage-deflate; server_max_window_bits=15'], `${kAnswer}; server_max_window_bits=15`],
  ['13.5', ['permessage-deflate; server_no_context_takeover; server_max_window_bits=9'], undefined],
  ['13.6', ['permessage-deflate; server_no_context_takeover; server_max_window_bits="15"'], `${kAnswer}; server_max_window_bits=15`],
  ['13.7', ['permessage-deflate; server_no_context_takeover; server_max_window_bits=9, permessage-deflate; '
    + 'server_no_context_takeover, permessage-deflate'], kAnswer],
  ['Several header lines', ['x-other; a=1', 'permessage-deflate; unknown', kOffer], kAnswer],
  ['A malformed offer', ['permessage-deflate; server_max_window_bits='], undefined],
  ['A very long offer', [`permessage-deflate; x="${'\\"'.repeat(3_000)}"`], undefined],
  ['A repeated parameter', ['permessage-deflate; client_max_window_bits; client_max_window_bits'], undefined],
];
for (const [name, extensions, answer] of kNegotiations) {
  test(`${name} Offered: ${extensions.join(' | ').slice(0, 100)}`, async () => {
    const socket = await RawWebSocket.open(server, { extensions });
    assert.equal(await socket.extensions(), answer);
    const message = sampleText(2_000);
    socket.send(answer === undefined ? frame(kText, message) : frame(kText, deflate(message), { rsv: 4 }));
    const echo = await socket.message();
    assert.equal(echo.compressed, answer !== undefined);
    assert.ok(echo.data.equals(message));
  });
}
test('What is short or does not shrink is sent as it is', async () => {
  const socket = await RawWebSocket.open(server, { extensions: [kOffer] });
  for (const message of [Buffer.from('4short'), randomBytes(5_000)]) {
    socket.send(frame(kBinary, message));
    const echo = await socket.message();
    assert.equal(echo.compressed, false);
    assert.ok(echo.data.equals(message));
  }
});
test('It is off unless it is switched on', async () => {
  const socket = await RawWebSocket.open(plainServer, { extensions: [kOffer] });
  assert.equal(await socket.extensions(), undefined);
  socket.send(frame(kText, deflate('4Hello'), { rsv: 4 }));
  assert.deepEqual(await socket.closed(), { code: 1002, reason: 'unexpected reserved bit' });
});

// --- Wrong uses ---

const hello = deflate('4Hello, Hello, Hello');
const reserved = { close: 1002, reason: 'unexpected reserved bit' };
it('A compressed message with a ping between its frames, and a plain one after it', {
  send: (socket) => {
    const [first, second] = fragments(kText, [hello.subarray(0, 5), hello.subarray(5)], { rsv: 4 });
    socket.send(first, frame(kPing, 'p'), second, frame(kText, '4plain'));
  },
  expect: [kPongOf('p'), kTextEcho('4Hello, Hello, Hello'), kTextEcho('4plain')],
});
it('RSV1 on a continuation', {
  send: (socket) => socket.send(
    frame(kText, hello.subarray(0, 5), { fin: false, rsv: 4 }), frame(kContinuation, hello.subarray(5), { rsv: 4 })),
  ...reserved,
});
it('RSV1 on a ping', { send: (socket) => socket.send(frame(kPing, '', { rsv: 4 })), ...reserved });
it('RSV2 beside RSV1', { send: (socket) => socket.send(frame(kText, hello, { rsv: 6 })), ...reserved });
it('What is no DEFLATE data', {
  send: (socket) => socket.send(frame(kText, Buffer.from('ffffffff', 'hex'), { rsv: 4 })),
  close: 1007, reason: 'bad compressed data',
});
it('Compressed text that is not UTF-8', {
  send: (socket) => socket.send(frame(kText, deflate(Buffer.alloc(100, 0xff)), { rsv: 4 })),
  close: 1007, reason: 'invalid UTF-8',
});
it('A bomb', {
  send: (socket) => socket.send(frame(kBinary, deflate(Buffer.alloc(200_000_000)), { rsv: 4 })),
  close: 1009, reason: 'message too big',
});
it('A message that inflates to the limit', {
  send: (socket) => socket.send(frame(kBinary, deflate(Buffer.alloc(1_000_000)), { rsv: 4 })),
  expect: [kBinaryEcho(Buffer.alloc(1_000_000))],
});
