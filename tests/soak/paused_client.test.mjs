// One client stops reading while its room receives 500 MB: the edge stays small, tells that client why it was
// closed, and loses nothing for the others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSocketServer, stopAfter } from '../conformance/support/server.mjs';
import { within } from '../conformance/support/wait.mjs';
import { eventually } from '../conformance/support/eventually.mjs';
import { Metrics } from '../conformance/support/metrics.mjs';
import { RawClient } from './raw_client.mjs';

const kRoom = 'flood';
const kMessageBytes = 900_000;
const kMessages = Math.ceil(500e6 / kMessageBytes);
const kGrowthMax = 64 * 1024 * 1024;

let server;
stopAfter(() => [server]);

async function member(port) {
  const client = new RawClient(port);
  await client.enter();
  await client.ask(1, 'join', kRoom);
  return client;
}

// Resolves when a client has received `count` binary frames.
function received(client, count) {
  return new Promise((resolve) => {
    const check = () => client.binaryFrames >= count && resolve();
    client.onBinary = check;
    check();
  });
}

test('a paused client is closed with the reason, while 500 MB reach the others', { timeout: 300_000 }, async () => {
  server = await startSocketServer({ edgeFlags: ['--admin_listen=127.0.0.1:0'] });
  const metrics = new Metrics(server);
  const paused = await member(server.port);
  const readers = await Promise.all([member(server.port), member(server.port)]);
  const sender = new RawClient(server.port);
  await sender.enter();
  const before = (await metrics.read()).process_resident_memory_bytes;

  paused.socket.pause();
  const blob = Buffer.alloc(kMessageBytes, 0x5a);
  let largest = before;
  for (let i = 1; i <= kMessages; i++) {
    const answered = sender.nextWith(`43${i}[`);
    sender.send(`451-${i}["to-room","${kRoom}","blob",{"_placeholder":true,"num":0}]`);
    sender.sendBinary(blob);
    await within(`message ${i}`, Promise.all([answered, ...readers.map((reader) => received(reader, i))]), 60_000);
    if (i % 20 === 0) largest = Math.max(largest, (await metrics.read()).process_resident_memory_bytes);
  }

  const after = await metrics.read();
  assert.equal(after['edge_disconnects_total{reason="slow consumer"}'], 1);
  assert.ok(after['edge_limit_reached_total{limit="send_queue_bytes"}'] >= 1);
  assert.equal(after['edge_connections{transport="websocket"}'], 3);
  assert.ok(largest - before <= kGrowthMax, `grew by ${((largest - before) / 1e6).toFixed(1)} MB`);

  paused.socket.resume();
  await eventually('the close frame', () => paused.closeFrame);
  assert.deepEqual(paused.closeFrame, { code: 1008, reason: 'slow consumer' });
  assert.ok(paused.binaryFrames < kMessages);
  for (const client of [...readers, sender]) client.closeNicely();
});
