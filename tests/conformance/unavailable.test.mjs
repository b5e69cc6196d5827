// Clients that connect while the service is away. The backends are the doors of echo.proto, which fail as often as they
// are told, and then let in; the clients are socket.io-client.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { eventually } from './support/eventually.mjs';
import { Metrics } from './support/metrics.mjs';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';

const kCodes = { DEADLINE_EXCEEDED: 4, UNAVAILABLE: 14 };
const kTransports = [['websocket'], ['polling'], ['polling', 'websocket']];

let server;
let visitors = 0;
const clients = new Set();

before(async () => {
  server = await startSocketServer({ edgeFlags: ['--shards=2', '--admin_listen=127.0.0.1:0'] });
});
after(() => clients.forEach((client) => client.disconnect()));
stopAfter(() => [server]);

// A client that keeps what its socket is told: the connect_errors in `errors`, how often it connected in `connects`.
// Nothing here makes it try again but itself.
function visit(door, transports, { failures, code }) {
  const auth = { visitor: `visitor ${++visitors}`, failures: `${failures}`, code: `${code}` };
  const client = io(`${server.url}/${door}`, {
    auth, transports, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100,
  });
  clients.add(client);
  Object.assign(client, { errors: [], connects: 0, opened: 0 });
  client.on('connect', () => ++client.connects);
  client.on('connect_error', (error) => client.errors.push(error));
  client.io.on('open', () => ++client.opened);
  return client;
}

const connected = (client) => within('it connects', new Promise((resolve) => client.once('connect', resolve)));

describe('a namespace with reconnect_when_unavailable', () => {
  for (const transports of kTransports) {
    for (const [name, code] of Object.entries(kCodes)) {
      test(`lets a client that met ${name} twice come back by itself over ${transports}`, async () => {
        const client = visit('swing-door', transports, { failures: 2, code });
        await connected(client);
        assert.equal(client.opened, 3);
        assert.equal(client.connects, 1);
        assert.deepEqual(client.errors, []);
      });
    }

    test(`tells a refusal over ${transports}`, async () => {
      const client = visit('swing-door', transports, { failures: 1, code: 5 });
      await eventually('a connect_error', () => client.errors.length > 0);
      assert.equal(client.active, false);
      assert.equal(client.opened, 1);
      assert.equal(client.errors[0].data.type, 'NotFound');
    });
  }

  test('keeps nothing of those that it has let go', async () => {
    const metrics = new Metrics(server);
    clients.forEach((client) => client.disconnect());
    await eventually('no session', async () => (await metrics.read())['edge_connections{transport="websocket"}'] === 0);
    const before = await metrics.read();
    const client = visit('swing-door', ['websocket'], { failures: 3, code: kCodes.UNAVAILABLE });
    await connected(client);
    const now = await metrics.read();
    const reconnects = 'edge_disconnects_total{reason="reconnect"}';
    assert.equal(now[reconnects] - before[reconnects], 3);
    assert.equal(now['edge_connections{transport="websocket"}'], 1);
    assert.equal(now.edge_sockets, 1);
  });
});

describe('a namespace without it', () => {
  for (const transports of kTransports) {
    for (const [name, code] of Object.entries(kCodes)) {
      test(`tells a client of ${name} over ${transports}, which then stays away`, async () => {
        const client = visit('plain-door', transports, { failures: 1, code });
        await eventually('a connect_error', () => client.errors.length > 0);
        assert.equal(client.active, false);
        assert.equal(client.opened, 1);
        assert.equal(client.connects, 0);
        const [error] = client.errors;
        assert.equal(error.message, 'Service unavailable');
        assert.deepEqual(error.data, { type: 'Unavailable', message: 'Service unavailable' });
        // Only when it is told to does it try again.
        client.connect();
        await connected(client);
      });
    }
  }
});
