// What a client may not do, and what it is told when it does. SOCKETIO.md's §5 and OPERATIONS.md's §3 have the list.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { PollingSession } from '../support/wire.mjs';
import { caseOn, assertServes, kTextEcho } from './support/cases.mjs';
import {
  destroyAll, frame, kBinary, kClose, kContinuation, kPing, kText, lengthHeader, RawWebSocket,
} from './support/raw_websocket.mjs';

const kMebi = 1024 * 1024;
const kPath = { path: '/engine.io/' };

let server;
let hastyServer;
let narrowServer;
before(async () => {
  [server, hastyServer, narrowServer] = await Promise.all([
    startEngineServer(),
    startEngineServer('--ping_interval=100ms', '--ping_timeout=100ms'),
    startEngineServer('--send_queue_bytes_max=200000', '--noallow_upgrades'),
  ]);
});
after(destroyAll);
stopAfter(() => [server, hastyServer, narrowServer]);
const it = (name, what) => caseOn(() => server, name, what);

const text = (content) => frame(kText, content);
const mask = Buffer.alloc(4);
const residentBytes = ({ pid }) =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

// --- Frames ---

it('A message of 200000 empty fragments (CVE-2026-48779)', {
  send: (socket) => {
    const one = frame(kContinuation, '', { fin: false });
    socket.send(frame(kText, '4', { fin: false }), Array(200_000).fill(one));
  },
  close: 1008, reason: 'too many fragments',
});
it('A length beyond the limit, before any of the payload (CVE-2016-10542)', {
  send: (socket) => socket.send(lengthHeader(0x82, 1_000_001)), close: 1009, reason: 'message too big',
});
it('A length of exabytes', {
  send: (socket) => socket.send(lengthHeader(0x82, Number.MAX_SAFE_INTEGER)), close: 1009, reason: 'message too big',
});
it('Fragments that are too big together', {
  send: (socket) => socket.send(
    frame(kBinary, Buffer.alloc(600_000), { fin: false }), lengthHeader(kContinuation, 400_001)),
  close: 1009, reason: 'message too big',
});
it('A length with its highest bit set', {
  send: (socket) => socket.send(Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1])), close: 1002, reason: 'bad frame length',
});
it('A length in more bytes than it needs', {
  send: (socket) => socket.send(Buffer.from([0x82, 0xfe, 0, 5])), close: 1002, reason: 'bad frame length',
});
it('A frame without a mask', {
  send: (socket) => socket.send(text('4before'), frame(kText, '4x', { masked: false })),
  expect: [kTextEcho('4before')], close: 1002, reason: 'frame is not masked',
});

test('A header that declares a megabyte allocates none', async () => {
  const started = residentBytes(server);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => RawWebSocket.open(server)));
  for (const socket of sockets) {
    socket.send(frame(kPing, 'p'), lengthHeader(0x82, 1_000_000), mask, Buffer.alloc(10));
    assert.equal((await socket.message()).data.toString(), 'p');
  }
  assert.ok(residentBytes(server) - started < 16 * kMebi, `grew by ${(residentBytes(server) - started) / kMebi} MiB`);
  for (const socket of sockets) socket.destroy();
});

test('A peer that pings and reads nothing takes no memory, and is served once it reads', { timeout: 60_000 }, async () => {
  const socket = await RawWebSocket.open(server);
  socket.tcp.pause();
  const started = residentBytes(server);
  const pings = Buffer.concat(Array(4_000).fill(frame(kPing, 'x'.repeat(125))));
  for (let sent = 0; sent < 32 * kMebi; sent += pings.length) {
    await new Promise((resolve) => { socket.tcp.write(pings, resolve); });
  }
  assert.ok(residentBytes(server) - started < 8 * kMebi, `grew by ${(residentBytes(server) - started) / kMebi} MiB`);
  socket.tcp.resume();
  socket.send(text('4again'));
  for (;;) {
    const message = await socket.message();
    if (message.opcode === kText) {
      assert.equal(message.data.toString(), '4again');
      break;
    }
    assert.equal(message.data.length, 125);
  }
  socket.destroy();
});

// --- Engine.IO over a WebSocket ---

it('A ping packet, which only servers send', { send: (socket) => socket.send(text('2')), close: 1008, reason: 'transport error' });
it('No packet', { send: (socket) => socket.send(text('abc')), close: 1008, reason: 'parse error' });
it('An empty message', { send: (socket) => socket.send(text('')), close: 1008, reason: 'parse error' });
it('A close packet', { send: (socket) => socket.send(text('1')), close: 1005 });
it('Packets without meaning', { send: (socket) => socket.send(text('0'), text('3'), text('3probe'), text('5'), text('6')) });

test('A client that is silent is told so', async () => {
  const socket = await RawWebSocket.open(hastyServer);
  assert.equal((await socket.message()).data.toString(), '2');
  assert.deepEqual(await socket.closed(), { code: 1008, reason: 'ping timeout' });
});
test('A message that never ends is ended by the heartbeat, whatever trickles in', async () => {
  const socket = await RawWebSocket.open(hastyServer);
  socket.send(frame(kText, '4', { fin: false }));
  const trickle = setInterval(() => socket.send(frame(kContinuation, 'x', { fin: false })), 20);
  try {
    assert.equal((await socket.message()).data.toString(), '2');
    assert.deepEqual(await socket.closed(), { code: 1008, reason: 'ping timeout' });
  } finally {
    clearInterval(trickle);
  }
});

test('A slow consumer that reads again finds whole messages, and then why it was closed', { timeout: 60_000 }, async () => {
  const socket = await RawWebSocket.open(narrowServer);
  socket.tcp.pause();
  const message = Buffer.alloc(50_000, 'x');
  message[0] = 0x34;
  // All of it is taken: what comes after the end is discarded, not left in the way of the close frame.
  for (let sent = 0; sent < 800; ++sent) {
    await new Promise((resolve) => { socket.tcp.write(frame(kText, message), resolve); });
  }
  const resident = residentBytes(narrowServer);
  assert.ok(resident < 64 * kMebi, `${resident / kMebi} MiB`);
  socket.tcp.resume();
  let echoes = 0;
  for (;;) {
    const next = await socket.frame();
    assert.notEqual(next, null, 'no close frame');
    if (next.opcode === kClose) {
      assert.equal(next.payload.readUInt16BE(0), 1008);
      assert.equal(next.payload.subarray(2).toString(), 'slow consumer');
      break;
    }
    assert.ok(next.payload.equals(message));
    ++echoes;
  }
  assert.ok(echoes > 0 && echoes < 800, `${echoes} echoes`);
  assert.equal(await socket.frame(), null);
});

// --- Opening and upgrading ---

for (const rsv of [2, 3, 6]) {
  test(`A frame with RSV ${rsv} in one segment with the handshake (CVE-2022-21676)`, async () => {
    const socket = await RawWebSocket.open(server, { first: [frame(kText, '4x', { rsv })] });
    assert.deepEqual(await socket.closed(), { code: 1002, reason: 'unexpected reserved bit' });
  });
  test(`A frame with RSV ${rsv} in one segment with an upgrade (CVE-2022-21676)`, async () => {
    const polling = await PollingSession.open(server, kPath);
    const probe = await RawWebSocket.open(server, { sid: polling.sid, first: [frame(kText, '2probe', { rsv })] });
    assert.deepEqual(await probe.closed(), { code: 1002, reason: 'unexpected reserved bit' });
    await polling.post('4still there?');
    assert.equal((await polling.get()).body, '4still there?');
  });
}
test('Messages in one segment with the handshake', async () => {
  const socket = await RawWebSocket.open(server, { first: [text('4a'), frame(kBinary, [1, 2])] });
  assert.equal((await socket.message()).data.toString(), '4a');
  assert.deepEqual([...(await socket.message()).data], [1, 2]);
});
test('A whole upgrade and a message in one segment', async () => {
  const polling = await PollingSession.open(server, kPath);
  const held = polling.startGet();
  const socket = await RawWebSocket.open(server, { sid: polling.sid, first: [text('2probe'), text('5'), text('4hello')] });
  assert.equal((await socket.message()).data.toString(), '3probe');
  assert.equal((await socket.message()).data.toString(), '4hello');
  // The GET travels on a connection of its own: it may have come too late to be held.
  const refusal = '{"code":3,"message":"Bad request"}';
  assert.ok(['6', refusal].includes((await held.answer).body));
  assert.equal((await polling.get()).body, refusal);
  await assertServes(socket);
});
test('A second WebSocket for a session that has one, or tries one', async () => {
  const polling = await PollingSession.open(server, kPath);
  const probe = await RawWebSocket.open(server, { sid: polling.sid });
  probe.send(text('2probe'));
  assert.equal((await probe.message()).data.toString(), '3probe');
  const rival = await RawWebSocket.open(server, { sid: polling.sid, first: [text('2probe'), text('5')] });
  assert.deepEqual(await rival.closed(), { code: 1005, reason: '' });
  probe.send(text('5'));
  await assertServes(probe);
  const late = await RawWebSocket.open(server, { sid: polling.sid });
  assert.deepEqual(await late.closed(), { code: 1005, reason: '' });
  await assertServes(probe);
});
for (const wrong of ['4hello', '2', '1', 'garbage', '']) {
  test(`${JSON.stringify(wrong)} from a WebSocket that wants to take over`, async () => {
    const polling = await PollingSession.open(server, kPath);
    const probe = await RawWebSocket.open(server, { sid: polling.sid, first: [text('2probe'), text(wrong)] });
    assert.equal((await probe.message()).data.toString(), '3probe');
    assert.deepEqual(await probe.closed(), { code: 1005, reason: '' });
    await polling.post('4still there?');
    assert.deepEqual(await polling.packets(), ['4still there?']);
  });
}
test('An upgrade that was not offered succeeds all the same', async () => {
  const polling = await PollingSession.open(narrowServer, kPath);
  assert.deepEqual(polling.open.upgrades, []);
  const socket = await RawWebSocket.open(narrowServer, { sid: polling.sid, first: [text('2probe'), text('5')] });
  assert.equal((await socket.message()).data.toString(), '3probe');
  await assertServes(socket);
});
test('A slow polling client finds its session gone', async () => {
  const polling = await PollingSession.open(narrowServer, kPath);
  await polling.post(`4${'x'.repeat(150_000)}`);
  await polling.post(`4${'x'.repeat(150_000)}`);
  assert.equal((await polling.get()).body, '{"code":1,"message":"Session ID unknown"}');
});
