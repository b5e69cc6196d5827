// The servers, seen by clients such as those of the protocols' public test suites: over `ws` with its defaults, and with
// a listener for one message at a time. What comes while nobody listens is lost to such a client: where one message
// follows another, the server must leave it the time to listen again.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import WebSocket from 'ws';
import { startEngineServer, startSocketServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';
import { EngineSocket } from './support/websocket.mjs';

const kBeats = ['--ping_interval=300ms', '--ping_timeout=200ms'];

let engine;
let server;

before(async () => {
  engine = await startEngineServer(...kBeats);
  server = await startSocketServer({ flags: [...kBeats, '--connect_timeout=1s'] });
  await warmUp();
});
stopAfter(() => [engine, server]);

// The next event of this name, and no other.
function once(socket, name) {
  return within(name, new Promise((resolve) => socket.addEventListener(name, resolve, { once: true })));
}

const message = async (socket) => (await once(socket, 'message')).data;

// What this process does for the first time takes it longer than any server would wait.
async function warmUp() {
  const client = await EngineSocket.open(server);
  await client.connect('/');
  client.close();
}

function dial(port, path, query) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?${query}`);
  socket.binaryType = 'arraybuffer';
  return socket;
}

describe('Engine.IO', () => {
  const url = (query) => `${engine.url}/engine.io/?${query}`;
  const kPolling = 'EIO=4&transport=polling';
  const kWebSocket = 'EIO=4&transport=websocket';
  const socketOf = (query = kWebSocket) => dial(engine.port, '/engine.io/', query);
  const statusOf = async (query, options) => (await fetch(url(query), options)).status;

  async function poll(sid) {
    const answer = await fetch(url(`${kPolling}&sid=${sid}`));
    return [answer.status, await answer.text()];
  }

  async function push(sid, body) {
    const answer = await fetch(url(`${kPolling}&sid=${sid}`), { method: 'post', body });
    return [answer.status, await answer.text()];
  }

  async function openPolling() {
    return JSON.parse((await (await fetch(url(kPolling))).text()).slice(1));
  }

  async function openWebSocket() {
    const socket = socketOf();
    const packet = await message(socket);
    assert.equal(packet[0], '0');
    return { socket, handshake: JSON.parse(packet.slice(1)) };
  }

  async function probe(sid) {
    const socket = socketOf(`${kWebSocket}&sid=${sid}`);
    await once(socket, 'open');
    socket.send('2probe');
    assert.equal(await message(socket), '3probe');
    socket.send('5');
    return socket;
  }

  async function assertEchoes(socket) {
    socket.send('4hello');
    assert.equal(await message(socket), '4hello');
    socket.close();
  }

  test('a polling handshake', async () => {
    const { sid, ...rest } = await openPolling();
    assert.equal(typeof sid, 'string');
    assert.deepEqual(rest, { upgrades: ['websocket'], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
  });
  test('a WebSocket handshake', async () => {
    const { socket, handshake: { sid, ...rest } } = await openWebSocket();
    assert.equal(typeof sid, 'string');
    assert.deepEqual(rest, { upgrades: [], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
    socket.close();
  });
  for (const query of ['transport=TRANSPORT', 'EIO=abc&transport=TRANSPORT', 'EIO=4', 'EIO=4&transport=abc']) {
    test(`a handshake with ${query} fails, over either transport`, async () => {
      assert.equal(await statusOf(query.replace('TRANSPORT', 'polling')), 400);
      const socket = socketOf(query.replace('TRANSPORT', 'websocket'));
      const closed = once(socket, 'close');
      socket.on('error', () => {});
      await closed;
    });
  }
  for (const method of ['post', 'put']) {
    test(`a handshake by ${method} fails`, async () => assert.equal(await statusOf(kPolling, { method }), 400));
  }
  for (const body of ['4hello', '4test1\x1e4test2\x1e4test3', '4hello\x1ebAQIDBA==']) {
    test(`${JSON.stringify(body)} comes back over polling`, async () => {
      const { sid } = await openPolling();
      assert.deepEqual(await push(sid, body), [200, 'ok']);
      assert.deepEqual(await poll(sid), [200, body]);
    });
  }
  test('text and binary come back over WebSocket', async () => {
    const { socket } = await openWebSocket();
    socket.send('4hello');
    assert.equal(await message(socket), '4hello');
    socket.send(Uint8Array.from([1, 2, 3, 4]));
    assert.deepEqual(new Uint8Array(await message(socket)), Uint8Array.from([1, 2, 3, 4]));
    socket.close();
  });
  test('a bad packet ends a polling session', async () => {
    const { sid } = await openPolling();
    await push(sid, 'abc');
    assert.equal((await poll(sid))[0], 400);
  });
  test('a bad packet ends a WebSocket', async () => {
    const { socket } = await openWebSocket();
    socket.send('abc');
    await once(socket, 'close');
  });
  test('of two polls at once the first gets a close packet, the second 400', async () => {
    const { sid } = await openPolling();
    const answers = await Promise.all([poll(sid), poll(sid)]);
    assert.deepEqual(answers.map(([status]) => status).sort(), [200, 400]);
    assert.equal(answers.find(([status]) => status === 200)[1], '1');
  });
  test('pings over polling', async () => {
    const { sid } = await openPolling();
    for (let i = 0; i < 3; ++i) {
      assert.deepEqual(await poll(sid), [200, '2']);
      assert.deepEqual(await push(sid, '3'), [200, 'ok']);
    }
  });
  test('pings over WebSocket', async () => {
    const { socket } = await openWebSocket();
    for (let i = 0; i < 3; ++i) {
      assert.equal(await message(socket), '2');
      socket.send('3');
    }
    socket.close();
  });
  test('a client that answers no ping is closed', async () => {
    const { socket } = await openWebSocket();
    await once(socket, 'close');
  });
  test('a close packet frees the poll that waits, and ends the session', async () => {
    const { sid } = await openPolling();
    const [answer] = await Promise.all([poll(sid), push(sid, '1')]);
    assert.deepEqual(answer, [200, '6']);
    assert.equal((await poll(sid))[0], 400);
  });
  test('a close packet closes a WebSocket', async () => {
    const { socket } = await openWebSocket();
    socket.send('1');
    await once(socket, 'close');
  });
  test('an upgrade', async () => {
    const { sid } = await openPolling();
    await assertEchoes(await probe(sid));
  });
  test('polls are refused after an upgrade', async () => {
    const { sid } = await openPolling();
    const socket = await probe(sid);
    assert.equal((await poll(sid))[0], 400);
    await assertEchoes(socket);
  });
  test('another WebSocket is refused after an upgrade', async () => {
    const { sid } = await openPolling();
    const socket = await probe(sid);
    const second = socketOf(`${kWebSocket}&sid=${sid}`);
    second.on('error', () => {});
    await once(second, 'close');
    await assertEchoes(socket);
  });
});

describe('Socket.IO', () => {
  async function openWebSocket() {
    const socket = dial(server.port, '/socket.io/', 'EIO=4&transport=websocket');
    assert.match(await message(socket), /^0/);
    return socket;
  }

  // With the main namespace joined: its CONNECT and the `auth` event have come, one after the other.
  async function join() {
    const socket = await openWebSocket();
    socket.send('40');
    await message(socket);
    await message(socket);
    return socket;
  }

  // The next messages that are no pings.
  function messages(socket, count) {
    const all = [];
    const done = new Promise((resolve) => {
      socket.addEventListener('message', function add({ data }) {
        if (data === '2') return socket.send('3');
        if (all.push(data) < count) return undefined;
        socket.removeEventListener('message', add);
        return resolve(all);
      });
    });
    return within(`${count} messages`, done);
  }

  for (const [nsp, prefix] of [['the main namespace', ''], ['a custom namespace', '/custom,']]) {
    for (const [what, payload] of [['', '{}'], [' with a payload', '{"token":"123"}']]) {
      test(`connection to ${nsp}${what}`, async () => {
        const socket = await openWebSocket();
        socket.send(`40${prefix}${what && payload}`);
        const reply = await message(socket);
        assert.ok(reply.startsWith(`40${prefix}{`), reply);
        assert.deepEqual(Object.keys(JSON.parse(reply.slice(2 + prefix.length))), ['sid']);
        assert.equal(await message(socket), `42${prefix}["auth",${payload}]`);
        socket.close();
      });
    }
  }
  test('connection to an unknown namespace', async () => {
    const socket = await openWebSocket();
    socket.send('40/random');
    assert.equal(await message(socket), '44/random,{"message":"Invalid namespace"}');
    socket.close();
  });
  test('a bad handshake ends the connection', async () => {
    const socket = await openWebSocket();
    socket.send('4abc');
    await once(socket, 'close');
  });
  test('a connection without a handshake is closed', async () => {
    const socket = await openWebSocket();
    socket.on('message', () => socket.send('3'));
    await once(socket, 'close');
  });
  test('leaving the only namespace does not let its events through', async () => {
    const socket = await join();
    socket.send('41');
    socket.send('42["message","to a namespace that was left"]');
    await once(socket, 'close');
  });
  for (const [left, used, prefix] of [['41', 'the custom', '/custom,'], ['41/custom', 'the main', '']]) {
    test(`${used} namespace goes on when the other is left`, async () => {
      const socket = await join();
      socket.send('40/custom');
      await messages(socket, 2);
      socket.send(left);
      socket.send(`42${prefix}["message","on"]`);
      assert.deepEqual(await messages(socket, 1), [`42${prefix}["message-back","on"]`]);
      socket.close();
    });
  }
  for (const [sent, received] of [
    ['42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'],
    ['42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'],
  ]) {
    test(`${sent} is answered`, async () => {
      const socket = await join();
      socket.send(sent);
      assert.deepEqual(await messages(socket, 1), [received]);
      socket.close();
    });
  }
  const kPlaces = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
  for (const [sent, received] of [
    [`452-["message",${kPlaces}]`, `452-["message-back",${kPlaces}]`],
    [`452-789["message-with-ack",${kPlaces}]`, `462-789[${kPlaces}]`],
  ]) {
    test(`${sent} and its binary values are answered`, async () => {
      const socket = await join();
      const answers = messages(socket, 3);
      for (const part of [sent, Uint8Array.from([1, 2, 3]), Uint8Array.from([4, 5, 6])]) socket.send(part);
      const [text, ...binary] = await answers;
      assert.equal(text, received);
      assert.deepEqual(binary.map((value) => [...new Uint8Array(value)]), [[1, 2, 3], [4, 5, 6]]);
      socket.close();
    });
  }
  for (const bad of ['4abc', '42{}', '42abc', '42[]', '42[{}]', '42[null]', '44', '4', '45-["a"]', '451["a"]', '42["connect"]', '40']) {
    test(`${bad} ends the connection`, async () => {
      const socket = await join();
      socket.send(bad);
      await once(socket, 'close');
    });
  }
});
