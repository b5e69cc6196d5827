// The edge's limits: what a client sees that runs into one, and that each such time is counted in
// edge_limit_reached_total. The reference has few of them.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { Metrics } from './support/metrics.mjs';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { BareSocket, EngineSocket, closeAll, frame, upgradeRequest } from './support/websocket.mjs';
import { PollingSession, connectTcp, exchange, http } from './support/wire.mjs';

const kPolling = '/socket.io/?EIO=4&transport=polling';

afterEach(closeAll);
after(closeAll);

async function join(server, nsp = '/') {
  const client = await EngineSocket.open(server);
  client.id = await client.connect(nsp);
  return client;
}

async function joinPolling(server) {
  const session = await PollingSession.open(server);
  await session.post('40');
  await session.take(2);
  return session;
}

async function bare(server) {
  const socket = await BareSocket.open(server);
  await socket.frame(0);
  return socket;
}

const manyHeaders = (count) => Array.from({ length: count }, (_, index) => `x${index}: 1`);
const get = (path, headers = []) => [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '\r\n'].join('\r\n');
const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1]);

async function assertEchoes(client, prefix = '') {
  client.send(`42${prefix}["message","on"]`);
  assert.equal(await client.nextButPing(), `42${prefix}["message-back","on"]`);
}

// The edge may not yet have seen that connections of before have ended.
async function assertServing(server) {
  const client = await eventually('a new client joins', () => join(server).catch(() => null));
  await assertEchoes(client);
}

// What a client that is sent to without end gets, until the edge has given it up.
async function flood(server, metrics, session) {
  const sender = await join(server);
  const text = 'x'.repeat(50_000);
  const before = await metrics.limit('send_queue_bytes');
  for (let i = 0; (await metrics.limit('send_queue_bytes')) === before; ++i) {
    assert.ok(i < 1_000);
    sender.send(`42${i}["to-socket","${session}","flood","${text}"]`);
    assert.equal(await sender.next(), `43${i}[]`);
  }
}

// {flags, limit, counted, cases: {what: run(server, metrics)}}: each case counts `counted` times, once if that is left
// out; `limit` is its name in the metrics, nothing if none counts it.
const kRows = [
  {
    flags: ['--namespaces_per_connection_max=1'],
    limit: 'namespaces_per_connection',
    cases: {
      'another namespace is refused, the first goes on': async (server) => {
        const client = await join(server);
        client.send('40/custom,');
        assert.match(await client.next(), /^44\/custom,\{"message":/);
        await assertEchoes(client);
        client.send('41', '40/custom,');
        assert.match(await client.next(), /^40\/custom,\{/);
      },
    },
  },
  {
    flags: ['--attachments_max=2'],
    limit: 'attachments',
    cases: {
      'two binary values come back, a third closes with 1008': async (server) => {
        const client = await join(server);
        client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', Buffer.from([1]), Buffer.from([2]));
        assert.match(await client.next(), /^452-\["message-back",/);
        assert.deepEqual([await client.next(), await client.next()], [Buffer.from([1]), Buffer.from([2])]);
        client.send('453-["message"]');
        assert.equal((await client.end()).code, 1008);
      },
    },
  },
  {
    flags: ['--json_depth_max=4'],
    limit: 'json_depth',
    cases: {
      'of an event: one level more closes with 1008': async (server) => {
        const client = await join(server);
        client.send('42["message",[[[1]]]]');
        assert.equal(await client.next(), '42["message-back",[[[1]]]]');
        client.send('42["message",[[[[1]]]]]');
        assert.equal((await client.end()).code, 1008);
      },
      'of auth: the same': async (server) => {
        const client = await EngineSocket.open(server);
        client.send('40{"a":{"a":{"a":{"a":{"a":1}}}}}');
        assert.equal((await client.end()).code, 1008);
      },
    },
  },
  {
    flags: ['--json_members_max=3'],
    limit: 'json_members',
    cases: {
      'of an object of an event that the edge reads: one more closes with 1008': async (server) => {
        const client = await join(server);
        const event = (object) => client.send(`451-["message",{"_placeholder":true,"num":0},${object}]`, Buffer.from([1]));
        event('{"a":1,"b":{"c":1,"d":2,"e":3},"f":{"g":1}}');
        assert.match(await client.next(), /^451-\["message-back"/);
        assert.deepEqual(await client.next(), Buffer.from([1]));
        event('[{"a":1,"b":1,"c":1,"d":1}]');
        assert.equal((await client.end()).code, 1008);
      },
      'of auth: the same': async (server) => {
        const client = await EngineSocket.open(server);
        client.send('40{"a":1,"b":1,"c":1,"d":1}');
        assert.equal((await client.end()).code, 1008);
      },
    },
  },
  {
    flags: ['--attachments_timeout=200ms'],
    limit: 'body_time',
    cases: {
      'binary values that do not come close with 1008': async (server) => {
        const client = await join(server);
        client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', Buffer.from([1]));
        assert.equal((await client.end()).code, 1008);
      },
    },
  },
  {
    flags: ['--payload_bytes_max=2000'],
    limit: 'message_bytes',
    cases: {
      'a larger message closes with 1009': async (server) => {
        const client = await join(server);
        client.send('4'.padEnd(2_001, 'a'));
        assert.equal((await client.end()).code, 1009);
      },
      'binary values that are larger together close with 1008': async (server) => {
        const client = await join(server);
        client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', Buffer.alloc(1_500), Buffer.alloc(1_500));
        assert.equal((await client.end()).code, 1008);
      },
    },
  },
  {
    flags: ['--payload_bytes_max=2000'],
    limit: 'body_bytes',
    cases: {
      'a larger body is 413, before it comes': async (server) => {
        const { text } = await exchange(server, `POST ${kPolling} HTTP/1.1\r\nHost: x\r\nContent-Length: 2001\r\n\r\n`);
        assert.equal(statusOf(text), 413);
      },
      'so is a chunked one': async (server) => {
        const body = `7d1\r\n${'a'.repeat(2_001)}\r\n0\r\n\r\n`;
        const { text } = await exchange(server, `POST ${kPolling} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
        assert.equal(statusOf(text), 413);
      },
    },
  },
  {
    flags: ['--events_per_second=0.001', '--events_burst=5', '--events_refused_max=3'],
    limit: 'event_rate',
    counted: 3,
    cases: {
      'five events are answered, more are refused, and then the connection is closed': async (server) => {
        const client = await join(server);
        for (let i = 0; i < 5; ++i) {
          client.send(`42${i}["message-with-ack"]`);
          assert.equal(await client.next(), `43${i}[]`);
        }
        for (let i = 5; i < 30; ++i) client.send(`42${i}["message-with-ack"]`);
        for (let i = 5; i < 8; ++i) assert.match(await client.next(), new RegExp(`^43${i}\\[\\{"error":\\{"type":"TooManyRequests"`));
        assert.deepEqual(await client.end(), { code: 1008, reason: 'too many events' });
      },
    },
  },
  {
    flags: ['--events_per_second=50', '--events_burst=1', '--events_refused_max=1000000'],
    limit: 'event_rate',
    counted: 'some',
    cases: {
      'after a while events are taken again': async (server) => {
        const client = await join(server);
        const answers = [];
        const changes = () => answers.filter((answer, index) => index > 0 && answer !== answers[index - 1]).length;
        while (changes() < 3) {
          assert.ok(answers.length < 100_000);
          client.send('421["message-with-ack"]');
          answers.push((await client.next()) === '431[]');
        }
      },
    },
  },
  {
    flags: ['--pending_acks_max=2'],
    limit: 'pending_acks',
    counted: 'some',
    cases: {
      'further events are read when there is room again, and none is lost': async (server) => {
        const client = await join(server);
        for (let i = 0; i < 8; ++i) client.send(`42${i}["slow",50,${i}]`);
        for (let i = 0; i < 8; ++i) assert.equal(await client.next(), `43${i}[${i}]`);
      },
    },
  },
  {
    flags: ['--calls_in_flight_max=1'],
    limit: 'calls_in_flight',
    cases: {
      'an event behind one that is under way is refused': async (server) => {
        const client = await join(server);
        await client.connect('/custom');
        client.send('421["slow",300,"slow"]', '42/custom,2["message-with-ack"]');
        assert.match(await client.next(), /^43\/custom,2\[\{"error":\{"type":"TooManyRequests"/);
        assert.equal(await client.next(), '431["slow"]');
        await assertEchoes(client, '/custom,');
      },
    },
  },
  {
    flags: ['--call_timeout=200ms'],
    cases: {
      'an event whose answer is late is an error, and the next one is answered': async (server) => {
        const client = await join(server);
        client.send('421["slow",5000]');
        assert.match(await client.next(), /^431\[\{"error":\{"type":"Unavailable"/);
        await assertEchoes(client);
      },
    },
  },
  {
    flags: ['--rooms_per_socket_max=3'],
    limit: 'rooms_per_socket',
    counted: 2,
    cases: {
      'a socket is in no more rooms; one that it leaves makes room': async (server) => {
        const [client, other] = [await join(server), await join(server)];
        const ask = async (from, event) => {
          from.send(`420${event}`);
          assert.equal(await from.next(), '430[]');
        };
        for (let i = 0; i < 5; ++i) await ask(client, `["join","r${i}"]`);
        for (let i = 0; i < 5; ++i) await ask(other, `["to-room","r${i}","news",${i}]`);
        for (let i = 0; i < 3; ++i) assert.equal(await client.next(), `42["news",${i}]`);
        await assertEchoes(client);
        await ask(client, '["leave","r0"]');
        await ask(client, '["join","r4"]');
        await ask(other, '["to-room","r4","news",4]');
        assert.equal(await client.next(), '42["news",4]');
      },
    },
  },
  {
    flags: ['--fragments_max=8'],
    limit: 'fragments',
    cases: {
      'a message of eight frames is taken, one more closes with 1008': async (server) => {
        const socket = await bare(server);
        const parts = (count) => [frame(0x01, '40'), ...Array.from({ length: count }, () => frame(0x00)), frame(0x80)];
        socket.send(...parts(6));
        assert.match((await socket.frame(1)).payload.toString(), /^40\{/);
        socket.send(...parts(7));
        assert.deepEqual(await socket.end(), { code: 1008, reason: 'too many fragments' });
      },
    },
  },
  {
    flags: ['--connections_per_address_max=3'],
    limit: 'connections_per_address',
    counted: 'some',
    cases: {
      'another connection is closed unanswered, until one has ended': async (server, metrics) => {
        const three = [];
        for (let i = 0; i < 3; ++i) three.push(await join(server));
        const fourth = await connectTcp(server);
        await fourth.closed();
        assert.equal(fourth.all().length, 0);
        assert.ok((await metrics.limit('connections_per_address')) > 0); // Its own connections do not count.
        await assertEchoes(three[0]);
        three[2].close();
        await assertServing(server);
      },
    },
  },
  {
    flags: ['--pending_handshakes_max=2'],
    limit: 'pending_handshakes',
    counted: 2,
    cases: {
      'a third session is 503, until one has joined': async (server) => {
        const sessions = [await PollingSession.open(server), await EngineSocket.open(server)];
        assert.equal((await http(server, kPolling)).status, 503);
        assert.equal(statusOf((await exchange(server, upgradeRequest('/socket.io/'))).text), 503);
        await sessions[0].post('40');
        await sessions[0].take(2);
        await sessions[1].connect('/');
      },
    },
  },
  {
    flags: ['--header_bytes_max=2048'],
    limit: 'header_bytes',
    cases: {
      'more is 431': async (server) => {
        assert.equal(statusOf((await exchange(server, get(kPolling, [`a: ${'x'.repeat(1_500)}`]))).text), 200);
        assert.equal(statusOf((await exchange(server, get(kPolling, [`a: ${'x'.repeat(2_048)}`]))).text), 431);
      },
      'a long line is 431 too': async (server) =>
        assert.equal(statusOf((await exchange(server, get(`/${'x'.repeat(2_048)}`))).text), 431),
    },
  },
  {
    flags: ['--header_count_max=10'],
    limit: 'header_count',
    cases: {
      'more are 431': async (server) => {
        assert.equal(statusOf((await exchange(server, get(kPolling, manyHeaders(8)))).text), 200);
        assert.equal(statusOf((await exchange(server, get(kPolling, manyHeaders(9)))).text), 431);
      },
      'so are those of an upgrade': async (server) =>
        assert.equal(statusOf((await exchange(server, upgradeRequest('/socket.io/', { headers: manyHeaders(6) }))).text), 431),
    },
  },
  {
    flags: ['--header_timeout=200ms'],
    limit: 'header_time',
    cases: {
      'a request that is not finished is 408': async (server) =>
        assert.equal(statusOf((await exchange(server, 'GET / HTTP/1.1\r\nHo')).text), 408),
      'a connection without one is closed': async (server) => {
        const { how, text } = await exchange(server, '');
        assert.equal(how, 'closed');
        assert.equal(text, '');
      },
    },
  },
  {
    flags: ['--body_timeout=200ms'],
    limit: 'body_time',
    cases: {
      'a body that is not finished is 408': async (server) =>
        assert.equal(statusOf((await exchange(server, `POST ${kPolling} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n4a`)).text), 408),
    },
  },
  {
    flags: ['--idle_timeout=200ms'],
    cases: {
      'a connection whose request was answered is closed': async (server) => {
        const { how, text } = await exchange(server, `GET ${kPolling} HTTP/1.1\r\nHost: x\r\n\r\n`);
        assert.equal(how, 'closed');
        assert.equal(statusOf(text), 200);
        assert.doesNotMatch(text, /^connection: close/im);
      },
      'a WebSocket is not': async (server) => {
        const [client, idle] = [await join(server), connectTcp(server)];
        const tcp = await idle;
        tcp.socket.write(`GET ${kPolling} HTTP/1.1\r\nHost: x\r\n\r\n`);
        await tcp.closed();
        await assertEchoes(client);
      },
    },
  },
  {
    serverFlags: ['--connect_timeout=200ms'],
    flags: [],
    limit: 'connect_time',
    cases: {
      'a client that joins no namespace is closed': async (server) => {
        const client = await EngineSocket.open(server);
        assert.deepEqual(await client.end(), { code: 1008, reason: 'connect timeout' });
      },
    },
  },
  {
    flags: ['--send_queue_bytes_max=200000'],
    limit: 'send_queue_bytes',
    cases: {
      'a WebSocket that does not read is closed with 1008': async (server, metrics) => {
        const client = await join(server);
        client.socket.pause();
        await flood(server, metrics, client.id);
        client.socket.resume();
        assert.deepEqual(await client.end(), { code: 1008, reason: 'slow consumer' });
        assert.match(client.inbox.items.at(0), /^42\["flood",/);
      },
      'a polling session that does not poll ends': async (server, metrics) => {
        const session = await joinPolling(server);
        await session.post('421["whoami"]');
        const [id] = JSON.parse((await session.take(1))[0].slice(3));
        await flood(server, metrics, id);
        const { status, body } = await session.get();
        assert.equal(status, 400);
        assert.equal(body, '{"code":1,"message":"Session ID unknown"}');
      },
    },
  },
];

for (const { flags, serverFlags = [], limit, counted = 1, cases } of kRows) {
  describe([...serverFlags, ...flags].map((flag) => flag.replace(/^--/, '')).join(' '), () => {
    let server;
    let metrics;
    before(async () => {
      server = await startSocketServer({ flags: serverFlags, edgeFlags: [...flags, '--shards=1', '--admin_listen=127.0.0.1:0'] });
      metrics = new Metrics(server);
    });
    stopAfter(() => [server]);
    for (const [what, run] of Object.entries(cases)) {
      test(what, async () => {
        const before = await metrics.limits();
        await run(server, metrics);
        // The other limits have not been met.
        const grown = Object.entries(await metrics.limits())
          .map(([name, value]) => [name, value - before[name]])
          .filter(([, growth]) => growth > 0);
        assert.deepEqual(grown.map(([name]) => name), limit ? [limit] : []);
        if (limit && counted !== 'some') assert.equal(grown[0][1], counted);
        closeAll();
        await assertServing(server);
      });
    }
  });
}
