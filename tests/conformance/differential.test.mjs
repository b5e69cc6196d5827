// One script, through socket.io-client, against our edge and against Node's socket.io with the same application: what
// every client sees must be the same.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Proxy, Recorder } from './support/recorder.mjs';
import { startReferenceServer, startSocketServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';

const kModes = [
  ['WebSocket only', { transports: ['websocket'] }],
  ['polling only', { transports: ['polling'], upgrade: false }],
  ['polling with an upgrade', { transports: ['polling', 'websocket'] }],
];

// Where the edge differs by design: {what, why, run, reference, ours}.
const kDifferences = [
  {
    what: 'events behind a slow one',
    why: 'the events of one socket are answered in order, one call at a time (event_rule.proto, ORDER)',
    async run(world) {
      const a = await world.join('a');
      await Promise.all([a.ack('slow', 100, 'slow'), a.ack('message-with-ack', 'quick')]);
    },
    seen: ({ a }) => a.filter(([event]) => event.startsWith('ack of')).map(([, value]) => value),
    reference: ['quick', 'slow'],
    ours: ['slow', 'quick'],
  },
];

let ours;
let reference;

before(async () => {
  ours = await startSocketServer({ edgeFlags: ['--shards=2'] });
  reference = await startReferenceServer();
});
stopAfter(() => [ours, reference]);

// One server, one way to connect, and the clients of one scene.
class World {
  constructor(server, options) {
    this.server = server;
    this.url = server.url;
    this.options = options;
    this.recorder = new Recorder();
    this.recorder.what = server.name;
  }

  manager(options = {}) {
    return this.recorder.manager(options.url ?? this.url, { ...this.options, ...options });
  }

  client(name, manager = this.manager(), nsp = '/', auth = { name }) {
    return this.recorder.client(name, manager, nsp, auth);
  }

  // A client that is connected, and has its `auth` event.
  async join(name, manager, nsp, auth) {
    const client = this.client(name, manager, nsp, auth);
    await client.until('auth');
    return client;
  }

  // Waits until a connection that may upgrade has done so: the two transports end in different words.
  async upgraded({ engine }) {
    if (!this.options.transports.includes('websocket') || engine.transport.name === 'websocket') return;
    await within('it upgrades', new Promise((resolve) => engine.once('upgrade', resolve)));
  }

  joinAll(...names) {
    return Promise.all(names.map((name) => this.join(name)));
  }
}

// What one scene looks like: the log of every client.
async function play(scene, server, options) {
  const world = new World(server, options);
  try {
    await scene(world);
    return world.recorder.transcript();
  } finally {
    world.recorder.close();
    world.proxy?.stop();
  }
}

const kBytes = [Buffer.from([1, 2, 3]), new Uint8Array([4, 5]), new Uint8Array([6, 7, 8, 9]).buffer, Buffer.alloc(0)];

const kScenes = {
  'connecting': async (world) => {
    await world.join('a', undefined, '/', { token: 'abc', nested: { list: [1, null] } });
    await world.join('b', undefined, '/', {});
    await world.join('c', undefined, '/custom', { x: 'é' });
  },
  'the handshake': async (world) => {
    const a = await world.join('a', world.manager({ query: { test: 'a b&c' } }));
    await a.ack('handshake');
    await a.ack('whoami');
  },
  'several namespaces on one connection': async (world) => {
    const manager = world.manager();
    const root = await world.join('root', manager, '/');
    const custom = await world.join('custom', manager, '/custom');
    const unknown = world.client('unknown', manager, '/unknown');
    await unknown.until('connect_error');
    await root.ack('message-with-ack', 'to root');
    await custom.ack('message-with-ack', 'to custom');
    custom.emit('broadcast', 'news', 1);
    await custom.until('news');
    await root.settle();
    custom.socket.disconnect();
    await root.ack('message-with-ack', 'on');
  },
  'arguments of every kind': async (world) => {
    const a = await world.join('a');
    const values = [
      [], [null], [undefined], [true, false], [0, -0, 1.5, -1e-7, 1e21, 2 ** 53, NaN], ['', 'é€𝄞\u0000\n"\\'], [{}], [[]],
      [{ a: { b: [1, { c: null }] }, d: undefined }], [new Date(0)], [1, '2', [3], { four: 4 }],
      ['x'.repeat(100_000)], [{ _placeholder: true, num: 0 }], [{ 'a b': 1, '': 2 }],
    ];
    for (const args of values) {
      a.emit('message', ...args);
      await a.ack('message-with-ack', ...args);
    }
    await a.until('message-back', values.length);
  },
  'binary values': async (world) => {
    const a = await world.join('a');
    for (const value of kBytes) {
      a.emit('message', value);
      await a.ack('message-with-ack', value);
    }
    await a.ack('message-with-ack', 'x', { y: [kBytes[0], { z: kBytes[1] }] }, 1, kBytes[2]);
    await a.ack('message-with-ack', ...Array.from({ length: 10 }, (_, index) => Buffer.from([index])));
    await a.ack('message-with-ack', Buffer.alloc(200_000, 7));
    a.emit('message', 'behind', kBytes[0]);
    a.emit('message', 'it');
    await a.until('message-back', kBytes.length + 2);
  },
  'binary values as base64': async (world) => {
    const a = await world.join('a', world.manager({ query: { b64: 1 }, forceBase64: true }));
    for (const value of kBytes) {
      a.emit('message', value);
      await a.ack('message-with-ack', value, 'x', { y: value });
    }
    await a.until('message-back', kBytes.length);
  },
  'half a surrogate pair': async (world) => {
    const a = await world.join('a');
    for (const more of [[], [kBytes[0]]]) {
      const halves = ['\ud83d', 'x\ude00y', { '\ud83d': ['\ude00\ud83d'] }, '\ud83d\ude00', ...more];
      a.emit('message', ...halves);
      await a.ack('message-with-ack', ...halves);
    }
    await a.until('message-back', 2);
  },
  'acks and errors': async (world) => {
    const a = await world.join('a');
    await a.ack('message-with-ack');
    await a.ack('message-with-ack', 1, 'two', { three: [3] });
    await a.ack('message');
    await a.ack('an event that nobody handles', 1);
    await a.ack('fail', 'so bad');
    await a.ack('fail');
    await a.ack('join', 7);
    a.emit('fail', 'nobody asked');
    await a.until('exception');
    await Promise.all(Array.from({ length: 30 }, (_, index) => a.ack('message-with-ack', index)));
  },
  'acks that are late': async (world) => {
    const a = await world.join('a');
    await a.ackWithin(50, 'slow', 250, 'late');
    await a.ackWithin(4_000, 'slow', 0, 'in time');
    await a.ackWithin(4_000, 'message-with-ack', kBytes[0]);
    await a.settle();
  },
  'many events in order': async (world) => {
    const a = await world.join('a');
    a.emit('count', 300);
    await a.until('tick', 300);
    for (let i = 0; i < 100; ++i) a.emit('message', i);
    await a.until('message-back', 100);
  },
  'rooms': async (world) => {
    const [a, b, c] = await world.joinAll('a', 'b', 'c');
    await a.ack('join', 'r');
    await b.ack('join', 'r');
    await b.ack('join', 'r');
    await a.ack('to-room', 'r', 'news', 1);
    await b.until('news');
    await a.ack('to-room', 'r', 'news', 'with', { binary: kBytes[0] }, kBytes[1]);
    await b.until('news', 2);
    await c.ack('to-room', 'r', 'news', 'from outside');
    await a.until('news');
    await b.until('news', 3);
    await b.ack('leave', 'r');
    await b.ack('leave', 'r');
    await c.ack('to-room', 'r', 'news', 'to a alone');
    await a.until('news', 2);
    await c.ack('to-room', 'nobody', 'news');
    for (const client of [a, b, c]) await client.settle();
  },
  'one socket': async (world) => {
    const [a, b] = await world.joinAll('a', 'b');
    await a.ack('to-socket', b.socket.id, 'hello', kBytes[0]);
    await b.until('hello');
    await a.ack('to-room', b.socket.id, 'hello', 'by its room');
    await b.until('hello', 2);
    await a.ack('to-socket', a.socket.id, 'hello', 'me');
    await a.until('hello');
    await a.ack('to-socket', 'nobody', 'hello');
    await b.settle();
  },
  'broadcasts': async (world) => {
    const [a, b] = await world.joinAll('a', 'b');
    const custom = await world.join('custom', undefined, '/custom');
    await a.ack('broadcast', 'all', 1, kBytes[0]);
    await a.until('all');
    await b.until('all');
    await a.ack('broadcast-others', 'others', 2);
    await b.until('others');
    for (const client of [a, b, custom]) await client.settle();
  },
  'a refusal, and another try': async (world) => {
    const manager = world.manager();
    const a = world.client('a', manager, '/', { refuse: 'not you' });
    await a.until('connect_error');
    const custom = await world.join('custom', manager, '/custom');
    a.socket.auth = { name: 'a' };
    a.socket.connect();
    await a.until('auth');
    await a.ack('message-with-ack', 'in');
    await custom.settle();
  },
  'an unknown namespace': async (world) => {
    const a = world.client('a', world.manager(), '/nowhere');
    await a.until('connect_error');
    await world.join('b', a.socket.io, '/');
  },
  'a client that disconnects': async (world) => {
    const [a, b] = await world.joinAll('a', 'b');
    await a.ack('join', 'r');
    a.socket.disconnect();
    await a.until('disconnect');
    await b.ack('to-room', 'r', 'news');
    a.socket.connect();
    await a.until('auth', 2);
    await b.ack('to-room', 'r', 'news', 'still nobody in it');
    await a.settle();
  },
  'a client that disconnects from one namespace': async (world) => {
    const manager = world.manager();
    const root = await world.join('root', manager, '/');
    const custom = await world.join('custom', manager, '/custom');
    custom.socket.disconnect();
    await root.settle();
    custom.socket.connect();
    await custom.until('auth', 2);
    await custom.settle();
  },
  'a server that disconnects': async (world) => {
    const manager = world.manager();
    const root = await world.join('root', manager, '/');
    const custom = await world.join('custom', manager, '/custom');
    await custom.ack('kick');
    await custom.until('disconnect');
    await root.ack('message-with-ack', 'still here');
    custom.socket.connect();
    await custom.until('auth', 2);
    root.emit('kick', true);
    await root.until('disconnect');
    await custom.until('disconnect', 2);
  },
  'those who are left behind, when others leave': async (world) => {
    const [a, b, c, d] = await world.joinAll('a', 'b', 'c', 'd');
    await a.ack('join', 'r');
    for (const client of [b, c, d]) await client.ack('announce', 'r');
    b.socket.disconnect();
    await a.until('left');
    await c.ack('kick');
    await a.until('left', 2);
    await world.upgraded(d.socket.io);
    d.socket.io.engine.close();
    await a.until('left', 3);
    await d.until('auth', 2);
    await a.settle();
  },
  'a lost connection': async (world) => {
    world.proxy = await Proxy.start(world.server);
    const manager = world.manager({ url: world.proxy.url });
    const a = await world.join('a', manager, '/');
    const custom = await world.join('custom', manager, '/custom');
    await a.ack('join', 'r');
    await world.upgraded(manager);
    await world.proxy.cutUntil(a.until('disconnect'));
    a.emit('message', 'sent while it was lost', kBytes[0]);
    await a.until('message-back');
    await custom.until('auth', 2);
    const b = await world.join('b');
    await b.ack('to-room', 'r', 'news');
    await a.settle();
  },
  'a message that is too large': async (world) => {
    const a = await world.join('a', world.manager({ reconnection: false }));
    await world.upgraded(a.socket.io);
    a.emit('message', 'x'.repeat(1_100_000));
    await a.until('disconnect');
  },
};

for (const [mode, options] of kModes) {
  describe(`${mode}: the same is seen of`, () => {
    for (const [name, scene] of Object.entries(kScenes)) {
      test(name, async () => {
        const [theirs, mine] = [await play(scene, reference, options), await play(scene, ours, options)];
        assert.deepEqual(mine, theirs);
      });
    }
  });
}

describe('by design, the edge differs in', () => {
  for (const { what, why, run, seen, reference: theirs, ours: mine } of kDifferences) {
    test(`${what}: ${why}`, async () => {
      const options = { transports: ['websocket'] };
      assert.deepEqual(seen(await play(run, reference, options)), theirs);
      assert.deepEqual(seen(await play(run, ours, options)), mine);
    });
  }
});

describe('an upgrade from polling', () => {
  const upgrade = async (server) => {
    const world = new World(server, { transports: ['polling', 'websocket'] });
    const manager = world.manager();
    const a = world.client('a', manager);
    const names = [manager.engine.transport.name];
    const upgraded = world.upgraded(manager);
    // Events of both directions before, while and after it goes on.
    for (let i = 0; i < 50; ++i) a.emit('message', i, Buffer.from([i]));
    await upgraded;
    names.push(manager.engine.transport.name);
    for (let i = 50; i < 100; ++i) a.emit('message', i);
    await a.until('message-back', 100);
    world.recorder.close();
    return { names, transcript: world.recorder.transcript() };
  };

  test('loses nothing and keeps the order, in both', async () => {
    const [theirs, mine] = [await upgrade(reference), await upgrade(ours)];
    assert.deepEqual(mine.names, ['polling', 'websocket']);
    assert.deepEqual(mine, theirs);
  });
});

// A polling client hears of it only in a GET that is held: socketio.test.mjs has that.
describe('the end of the server', () => {
  test('is the same disconnect: WebSocket', async () => {
    const seen = [];
    for (const start of [startReferenceServer, startSocketServer]) {
      const server = await start();
      const world = new World(server, { transports: ['websocket'], reconnection: false });
      const a = await world.join('a');
      await a.settle();
      await server.stop();
      await a.until('disconnect');
      world.recorder.close();
      seen.push(world.recorder.transcript());
    }
    assert.deepEqual(seen[1], seen[0]);
  });
});
