// What only the edge has: feeds of changes, heartbeats, and clients that are made to come back. The backend is
// BoardService of echo.proto, the clients are socket.io-client. Two shards: who is on which is the kernel's choice.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { Metrics } from './support/metrics.mjs';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { eventually } from './support/eventually.mjs';
import { within } from './support/wait.mjs';

const kNewcomers = 6; // Enough that some are on each shard.

let server;
const clients = new Set();

before(async () => {
  server = await startSocketServer({
    edgeFlags: ['--shards=2', '--heartbeat_interval=1s', '--edge_id=edge-7', '--admin_listen=127.0.0.1:0'],
  });
});
after(() => clients.forEach((client) => client.disconnect()));
stopAfter(() => [server]);

// A client in the room of a board, with what the feed has told it in `told`: notes as they are, a sheet as an array.
async function enter(board, { part = 'NOTES', sequence = '', transports = ['websocket'], ...options } = {}) {
  const client = io(`${server.url}/board`, { auth: { board, part, sequence }, transports, forceNew: true, reconnectionDelay: 10, ...options });
  clients.add(client);
  client.told = [];
  client.on('sheet', ({ notes }) => client.told.push(notes));
  client.on('note', (note) => client.told.push(note));
  await within('connects', new Promise((resolve) => client.once('connect', resolve)));
  return client;
}

const ask = (client, event, message) => within(`the ack of ${event}`, client.emitWithAck(event, message));

async function note(client, board, ...texts) {
  for (const text of texts) await ask(client, 'note', { board, text });
}

async function assertTold(client, ...told) {
  await eventually(`${told.length} messages of the feed`, () => client.told.length >= told.length, 5_000);
  assert.deepEqual(client.told, told);
}

describe('a feed of changes', () => {
  test('gives newcomers its state and the changes since, in order', async () => {
    const first = await enter('a');
    await assertTold(first, []);
    await note(first, 'a', '1', '2', '3');
    await assertTold(first, [], '1', '2', '3');
    const newcomers = await Promise.all(Array.from({ length: kNewcomers }, () => enter('a')));
    for (const client of newcomers) await assertTold(client, [], '1', '2', '3');
    await note(first, 'a', '4');
    for (const client of [first, ...newcomers]) await assertTold(client, [], '1', '2', '3', '4');
    assert.deepEqual(await ask(first, 'inspect', { board: 'a' }), { resumed: [0] });
  });

  test('gives newcomers over polling the same', async () => {
    const first = await enter('b', { transports: ['polling'] });
    await assertTold(first, []);
    await note(first, 'b', '1', '2');
    await assertTold(first, [], '1', '2');
    await assertTold(await enter('b', { transports: ['polling'] }), [], '1', '2');
  });

  test('says its state again to newcomers alone', async () => {
    const first = await enter('c');
    await assertTold(first, []);
    await note(first, 'c', '1', '2');
    await ask(first, 'repeat', { board: 'c' });
    await note(first, 'c', '3');
    await assertTold(first, [], '1', '2', '3');
    for (let i = 0; i < kNewcomers; ++i) await assertTold(await enter('c'), ['1', '2'], '3');
  });

  test('goes on where it broke, and what it has kept stays', async () => {
    const first = await enter('d');
    await assertTold(first, []);
    await note(first, 'd', '1', '2');
    await assertTold(first, [], '1', '2');
    await ask(first, 'break', { board: 'd' });
    await note(first, 'd', '3');
    await assertTold(first, [], '1', '2', '3');
    assert.deepEqual(await ask(first, 'inspect', { board: 'd' }), { resumed: [0, 2] });
    for (let i = 0; i < kNewcomers; ++i) await assertTold(await enter('d'), [], '1', '2', '3');
  });

  test('tells a newcomer nothing until it has reached what the CONNECT told', async () => {
    const first = await enter('e');
    await assertTold(first, []);
    await note(first, 'e', '1');
    await assertTold(first, [], '1');
    const newcomers = await Promise.all(Array.from({ length: kNewcomers }, () => enter('e', { sequence: '3' })));
    await note(first, 'e', '2');
    await assertTold(first, [], '1', '2');
    for (const client of newcomers) assert.deepEqual(client.told, []);
    await note(first, 'e', '3');
    for (const client of newcomers) await assertTold(client, [], '1', '2', '3');
  });

  test('gives a newcomer more than may wait for a slow client', async () => {
    const first = await enter('f');
    await assertTold(first, []);
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 25; ++i) await note(first, 'f', text);
    await eventually('26 messages', () => first.told.length === 26, 5_000);
    for (const transports of [['websocket'], ['polling']]) {
      const newcomer = await enter('f', { transports, reconnection: false });
      await eventually('26 messages', () => newcomer.told.length === 26, 5_000);
      assert.ok(newcomer.connected);
    }
  });

  test('is of rooms that end with the name of a value alone', async () => {
    const before = (await new Metrics(server).read()).edge_feeds;
    for (const part of ['42', '1', 'PART_UNSPECIFIED', 'notes']) {
      const client = await enter('g', { part });
      await note(client, 'g', '1');
      assert.deepEqual(client.told, []);
    }
    assert.equal((await new Metrics(server).read()).edge_feeds, before);
    const follower = await enter('g');
    await assertTold(follower, ['1', '1', '1', '1']);
  });
});

describe('a service that disconnects a client for it to reconnect', () => {
  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
    test(`sees it come back over ${transports}`, async () => {
      const board = `reconnect-${transports}`;
      const watcher = await enter('elsewhere');
      const gone = new Promise((resolve) => watcher.once('gone', resolve));
      await ask(watcher, 'watch');
      const client = await enter(board, { transports });
      await assertTold(client, []);
      await note(client, board, '1');
      await assertTold(client, [], '1');
      const { id } = client;
      const reason = new Promise((resolve) => client.once('disconnect', resolve));
      const again = new Promise((resolve) => client.once('connect', resolve));
      await ask(watcher, 'drop', { board });
      assert.match(await within('disconnects', reason), /^transport (close|error)$/);
      assert.equal(await within('the DISCONNECT call', gone), id);
      await within('reconnects', again);
      assert.notEqual(client.id, id);
      await note(client, board, '2');
      await assertTold(client, [], '1', [], '1', '2');
      assert.ok(watcher.connected);
    });
  }
});

describe('an edge', () => {
  test('beats once in each interval, whatever number of shards it has, and carries out what it is answered', async () => {
    const watchers = await Promise.all(Array.from({ length: kNewcomers }, () => enter('h')));
    for (const watcher of watchers) {
      watcher.beats = [];
      watcher.on('beat', (...beat) => watcher.beats.push(beat));
      await ask(watcher, 'watch');
    }
    for (const { beats } of watchers) {
      await eventually('two beats', () => beats.length >= 2, 5_000);
      const [[, first]] = beats;
      assert.deepEqual(beats.slice(0, 2), [['edge-7', first], ['edge-7', first + 1]]);
    }
    const calls = (await new Metrics(server).read())['edge_backend_requests_total{code="OK",method="/caucus.conformance.v1.BoardService/Beat"}'];
    assert.ok(calls >= 2, `${calls} calls`);
  });
});
