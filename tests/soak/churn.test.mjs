// Ten thousand connections that open, join, talk and leave, again and again for a minute: nothing stays behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSocketServer, stopAfter } from '../conformance/support/server.mjs';
import { eventually } from '../conformance/support/eventually.mjs';
import { Metrics } from '../conformance/support/metrics.mjs';
import { RawClient } from './raw_client.mjs';

const kConnections = Number(process.env.CAUCUS_SOAK_CONNECTIONS ?? 10_000);
const kSeconds = Number(process.env.CAUCUS_SOAK_SECONDS ?? 60);
const kRoomSize = 10;
const kOpeningAtOnce = 200;
const kAddresses = 16; // of ours: each has ports of its own
const kGrowthMax = 16 * 1024 * 1024;

let server;
stopAfter(() => [server]);

async function openJoinTalk(index) {
  const client = new RawClient(server.port, `127.0.0.${1 + (index % kAddresses)}`);
  await client.enter();
  const room = `room-${Math.floor(index / kRoomSize)}`;
  await client.ask(1, 'join', room);
  await client.ask(2, 'to-room', room, 'hello', index);
  return client;
}

async function leave(client, index) {
  if (index % 3 === 0) client.send('41');
  if (index % 3 === 2) client.destroy();
  else client.closeNicely();
  await client.ended;
}

// Runs `work(i)` for every i, some at a time.
async function forAll(count, atOnce, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

async function round(metrics) {
  const clients = [];
  await forAll(kConnections, kOpeningAtOnce, async (i) => {
    clients[i] = await openJoinTalk(i);
  });
  const full = await metrics.read();
  assert.equal(full['edge_connections{transport="websocket"}'], kConnections);
  assert.equal(full.edge_sockets, kConnections);
  assert.equal(full.edge_rooms, Math.ceil(kConnections / kRoomSize));
  await forAll(kConnections, kOpeningAtOnce, (i) => leave(clients[i], i));
  return await eventually(
    'nobody is left',
    async () => {
      const now = await metrics.read();
      return now['edge_connections{transport="websocket"}'] === 0 && now.edge_backend_inflight === 0 ? now : null;
    },
    60_000,
  );
}

test('ten thousand connections that come and go leave nothing behind', { timeout: 600_000 }, async (t) => {
  server = await startSocketServer({ edgeFlags: ['--admin_listen=127.0.0.1:0'] });
  const metrics = new Metrics(server);
  const before = await metrics.read();
  const end = Date.now() + kSeconds * 1000;
  const after = [];
  while (after.length < 3 || Date.now() < end) after.push(await round(metrics));

  const last = after.at(-1);
  t.diagnostic(`${after.length} rounds of ${kConnections}; resident MB after each: ` +
    after.map((now) => (now.process_resident_memory_bytes / 1e6).toFixed(1)).join(' '));
  for (const name of ['edge_sockets', 'edge_rooms', 'edge_feeds', 'edge_send_queue_bytes']) assert.equal(last[name], 0, name);
  assert.equal(last['edge_connects_total{transport="websocket"}'], after.length * kConnections);
  // The channel to the backend may have grown by a connection of its own.
  assert.ok(last.process_open_fds <= before.process_open_fds + 4, `${before.process_open_fds} -> ${last.process_open_fds}`);
  const growth = last.process_resident_memory_bytes - after[0].process_resident_memory_bytes;
  assert.ok(growth <= kGrowthMax, `grew by ${(growth / 1e6).toFixed(1)} MB in ${after.length} rounds`);
});
