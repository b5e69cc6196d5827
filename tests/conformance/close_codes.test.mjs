// Why a connection has ended, as an application sees it: in the second argument of socket.io-client's `disconnect`.
// The reference has no codes but 1000 and 1001 for most of that.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';

let server;
const clients = new Set();

before(async () => {
  server = await startSocketServer({
    edgeFlags: ['--events_per_second=1', '--events_burst=100', '--events_refused_max=3', '--send_queue_bytes_max=200000'],
  });
});
after(() => clients.forEach((client) => client.disconnect()));
stopAfter(() => [server]);

async function connect(to = server) {
  const client = io(to.url, { transports: ['websocket'], reconnection: false, forceNew: true });
  clients.add(client);
  client.whyClosed = new Promise((resolve) => {
    client.on('disconnect', (reason, details) =>
      resolve({ reason, code: details?.context?.code, text: details?.context?.reason?.toString() }),
    );
  });
  await within('connects', new Promise((resolve) => client.once('auth', resolve)));
  return client;
}

const assertClosed = async (client, code, text) =>
  assert.deepEqual(await within('it is closed', client.whyClosed), { reason: 'transport close', code, text });

describe('an application sees', () => {
  test('1008 and invalid packet', async () => {
    const client = await connect();
    client.io.engine.write('abc');
    await assertClosed(client, 1008, 'invalid packet');
  });
  test('1008 and too many events', async () => {
    const client = await connect();
    for (let i = 0; i < 120; ++i) client.emit('message', i);
    await assertClosed(client, 1008, 'too many events');
  });
  test('1008 and slow consumer', async () => {
    const [slow, sender] = [await connect(), await connect()];
    slow.io.engine.transport.ws._socket.pause();
    const text = 'x'.repeat(900_000);
    // Until the kernel's buffers are full, too.
    for (let i = 0; i < 40; ++i) await within('ack', sender.emitWithAck('to-socket', slow.id, 'flood', text));
    slow.io.engine.transport.ws._socket.resume();
    await assertClosed(slow, 1008, 'slow consumer');
  });
  test('1009 and too big', async () => {
    const client = await connect();
    client.emit('message', 'x'.repeat(1_100_000));
    await assertClosed(client, 1009, 'message too big');
  });
  test('1001 when the server ends', async () => {
    const ending = await startSocketServer();
    const client = await connect(ending);
    assert.equal((await ending.stop()).code, 0);
    await assertClosed(client, 1001, 'server shutting down');
  });
});
