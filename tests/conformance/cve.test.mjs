// The known vulnerabilities of the reference and its libraries, each with the input that triggered it. Rows that need
// WebTransport or a Redis adapter, which the edge has not, are left out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { startEngineServer, startSocketServer, stopAfter } from './support/server.mjs';
import { BareSocket, EngineSocket, closeAll, frame, kText, upgradeRequest } from './support/websocket.mjs';
import { PollingSession, connectTcp, exchange, http, kSeparator } from './support/wire.mjs';

const kEnginePath = '/engine.io/';
const kMegabyte = 1 << 20;

let engine;
let server;
let deflating; // The same with --per_message_deflate.

before(async () => {
  engine = await startEngineServer();
  server = await startSocketServer();
  deflating = await startSocketServer({ edgeFlags: ['--per_message_deflate'] });
});
afterEach(closeAll);
after(closeAll);
stopAfter(() => [engine, server, deflating]);

const residentBytes = ({ pid }) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`))[1]) * 1024;

// That the servers live, and serve others.
async function assertServing() {
  engine.assertRunning();
  server.assertRunning();
  const other = await EngineSocket.open(engine, { path: kEnginePath });
  other.send('4alive');
  assert.equal(await other.next(), '4alive');
  const client = await connected();
  client.send('42["message","alive"]');
  assert.equal(await client.next(), '42["message-back","alive"]');
}

async function joined(where) {
  const client = await EngineSocket.open(where);
  await client.connect('/');
  return client;
}

const connected = () => joined(server);

// A packet that must end its connection, and no other.
async function assertEnds(...packets) {
  const client = await connected();
  client.send(...packets);
  assert.equal((await client.end()).code, 1008);
  await assertServing();
}

describe('ids', () => {
  test('CVE-2017-16031: are not to be guessed from one another', async () => {
    const ids = [];
    for (let i = 0; i < 40; ++i) ids.push((await PollingSession.open(engine, { path: kEnginePath })).sid);
    // All behind the shard's number are random.
    for (let position = 2; position < 20; ++position) {
      assert.ok(new Set(ids.map((id) => id[position])).size > 10, `position ${position} of ${ids.slice(0, 5)}`);
    }
  });
});

describe('HTTP', () => {
  test('CVE-2020-28481: without a configuration no origin is allowed', async () => {
    const answer = await http(server, '/socket.io/?EIO=4&transport=polling', { headers: { Origin: 'http://evil.example' } });
    const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
    assert.deepEqual(names, []);
  });
  test('CVE-2020-36048: a large body of tiny packets costs a bounded amount of memory', async () => {
    const session = await PollingSession.open(engine, { path: kEnginePath });
    const before = residentBytes(engine);
    const body = Array.from({ length: 500_000 }, () => '4').join(kSeparator);
    assert.equal((await session.post(body)).body, 'ok');
    await session.get();
    assert.ok(residentBytes(engine) - before < 32 * kMegabyte);
    await assertServing();
  });
  test('CVE-2022-41940: another upgrade than WebSocket is none', async () => {
    const tcp = await connectTcp(engine);
    tcp.socket.write(
      `GET ${kEnginePath}?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n` +
        'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n',
    );
    const answer = await tcp.until('an answer', (bytes) => bytes.includes('\r\n\r\n'));
    assert.match(answer.toString(), /^HTTP\/1\.1 (200|400) /);
    tcp.socket.resetAndDestroy();
    await assertServing();
  });
  test('CVE-2022-41940: an upgrade of an unknown path that is reset harms nobody', async () => {
    for (const path of ['/', '/elsewhere', kEnginePath]) {
      const tcp = await connectTcp(engine);
      tcp.socket.write(upgradeRequest(path));
      tcp.socket.resetAndDestroy();
    }
    await assertServing();
  });
  test('CVE-2023-31125: the transport __proto__ is refused, by HTTP and by WebSocket', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const query = `EIO=4&transport=${name}`;
      assert.equal((await http(engine, `${kEnginePath}?${query}`)).body, '{"code":0,"message":"Transport unknown"}');
      assert.match((await exchange(engine, upgradeRequest(kEnginePath, { query }))).text, /^HTTP\/1\.1 400 /);
    }
    await assertServing();
  });
  for (const count of [65, 3_000]) {
    test(`CVE-2024-37890: an upgrade with ${count} tiny headers is 431`, async () => {
      const headers = Array.from({ length: count }, (_, index) => `x${index}:`);
      const { text } = await exchange(engine, upgradeRequest(kEnginePath, { headers }));
      assert.match(text, /^HTTP\/1\.1 431 /);
      await assertServing();
    });
  }
  test('CVE-2026-59725: an octet-stream POST is answered', async () => {
    for (let i = 0; i < 20; ++i) {
      const session = await PollingSession.open(engine, { path: kEnginePath });
      assert.equal((await session.post('4a', { 'Content-Type': 'application/octet-stream' })).status, 400);
    }
    await assertServing();
  });
  test('engine.io 6.6.10: an upgrade with another EIO than the session\'s is refused', async () => {
    const session = await PollingSession.open(engine, { path: kEnginePath });
    for (const eio of ['EIO=3&', '']) {
      const query = `${eio}transport=websocket&sid=${session.sid}`;
      const bytes = Buffer.concat([
        Buffer.from(upgradeRequest(kEnginePath, { query })), frame(kText, '2probe'), frame(kText, '5'), frame(kText, '2'),
      ]);
      assert.match((await exchange(engine, bytes)).text, /^HTTP\/1\.1 400 /);
    }
    await session.post('4on');
    assert.deepEqual(await session.packets(), ['4on']);
  });
});

describe('WebSocket', () => {
  for (const [bit, name] of [[0x20, 'RSV2'], [0x10, 'RSV3']]) {
    test(`CVE-2022-21676: ${name} in the same segment as the handshake`, async () => {
      const bare = await BareSocket.open(engine, kEnginePath, { first: frame(kText | bit, '4a') });
      assert.equal((await bare.end()).code, 1002);
      await assertServing();
    });
    test(`CVE-2022-21676: ${name} in the same segment as an upgrade`, async () => {
      const session = await PollingSession.open(engine, { path: kEnginePath });
      const query = `EIO=4&transport=websocket&sid=${session.sid}`;
      const bare = await BareSocket.open(engine, kEnginePath, { query, first: frame(kText | bit, '2probe') });
      assert.equal((await bare.end()).code, 1002);
      await session.post('4on');
      assert.deepEqual(await session.packets(), ['4on']);
      await assertServing();
    });
  }
  // Header values on which the regular expressions of `ws` took minutes. Others are served at the same time, by the
  // same thread.
  async function answerTo(server, path, header) {
    const slow = exchange(server, upgradeRequest(path, { headers: [header] }), { until: '\r\n\r\n' });
    await assertServing();
    return (await slow).text;
  }
  const kBlanks = ' '.repeat(14_000);
  for (const [what, protocols, chosen] of [
    ['a name that is none', `a${kBlanks}b`, undefined],
    ['one behind another', `chat,${kBlanks}a`, 'chat'],
    ['many of them', Array.from({ length: 4_000 }, (_, index) => `p${index % 10}`).join(','), 'p0'],
  ]) {
    test(`CVE-2021-32640: a Sec-WebSocket-Protocol of 14 KB: ${what}`, async () => {
      const text = await answerTo(engine, kEnginePath, `Sec-WebSocket-Protocol: ${protocols}`);
      assert.match(text, /^HTTP\/1\.1 101 /);
      assert.equal(/^sec-websocket-protocol: (.*)\r$/im.exec(text)?.[1], chosen);
    });
  }
  for (const [what, extensions] of [
    ['quotes that are not closed', `a;${'b="'.repeat(4_000)}`],
    ['blanks in a parameter', `a; b="${' '.repeat(12_000)}`],
    ['blanks before one that is taken', `a;${' '.repeat(12_000)}b, permessage-deflate`],
    ['very many offers', `${'a,'.repeat(6_000)}permessage-deflate`],
    ['very many parameters', `permessage-deflate${'; client_no_context_takeover'.repeat(400)}`],
  ]) {
    test(`GHSA-5v72-xg48-5rpm: a Sec-WebSocket-Extensions of 12 KB: ${what}`, async () => {
      const text = await answerTo(deflating, '/socket.io/', `Sec-WebSocket-Extensions: ${extensions}`);
      assert.match(text, /^HTTP\/1\.1 101 /);
      assert.doesNotMatch(text, /^sec-websocket-extensions:/im); // Ours: one beyond 1 KB is not read.
      assert.equal((await joined(deflating)).socket.extensions, 'permessage-deflate');
    });
  }
  for (const [what, length] of [['1 GB', 1n << 30n], ['2^63 - 1 bytes', (1n << 63n) - 1n]]) {
    test(`CVE-2016-10542: a frame that announces ${what} is refused before it comes`, async () => {
      const bare = await BareSocket.open(engine, kEnginePath);
      await bare.frame(0);
      const head = Buffer.alloc(14);
      head[0] = kText;
      head[1] = 0xff;
      head.writeBigUInt64BE(length, 2);
      bare.send(head);
      assert.equal((await bare.end()).code, 1009);
      await assertServing();
    });
  }
  test('CVE-2026-48779: a message of very many fragments is refused', async () => {
    const bare = await BareSocket.open(engine, kEnginePath);
    await bare.frame(0);
    bare.send(frame(0x01, '4'), ...Array.from({ length: 20_000 }, () => frame(0x00)));
    assert.deepEqual(await bare.end(), { code: 1008, reason: 'too many fragments' });
    await assertServing();
  });
});

describe('Socket.IO packets', () => {
  for (const [what, packet] of [
    ['digits of an id', `42${'1'.repeat(900_000)}`],
    ['a namespace', `42/${'a'.repeat(900_000)}`],
    ['digits of an attachment count', `45${'9'.repeat(900_000)}-["a"]`],
    ['brackets', `42["message",${'['.repeat(900_000)}`],
  ]) {
    test(`CVE-2020-36049: a megabyte of ${what} is refused at once`, () => assertEnds(packet));
  }
  test('CVE-2022-2421: a placeholder named splice', () =>
    assertEnds('451-["hello",{"_placeholder":true,"num":"splice"}]', Buffer.from([1])));
  test('CVE-2023-32695: an event name that is an object', () => assertEnds('42[{"toString":"foo"}]'));
  test('CVE-2023-32695: a reserved event name', () => assertEnds('42["disconnect"]'));
  test('CVE-2024-38355: the event error, which nobody handles', async () => {
    const client = await connected();
    client.send('42["error","x"]', '42["message","on"]');
    assert.equal(await client.next(), '42["message-back","on"]');
  });
  test('CVE-2026-33151: a large number of attachments is refused before they come', () => assertEnds('459999999-["a"]'));
  test('CVE-2026-69185: no attachments are awaited where none were announced', async () => {
    const before = residentBytes(server);
    const client = await connected();
    client.send('450-["echo",1]');
    assert.equal((await client.end()).code, 1008);
    assert.ok(residentBytes(server) - before < 32 * kMegabyte);
    await assertServing();
  });
  test('attachments of one event are bounded together', async () => {
    const client = await connected();
    client.send('4510-["message"]', ...Array.from({ length: 10 }, () => Buffer.alloc(900_000)));
    assert.equal((await client.end()).code, 1008);
    await assertServing();
  });
  for (const depth of [33, 5_000, 100_000]) {
    test(`unpatched in socket.io 4.8.4: JSON nested ${depth} deep is refused`, () =>
      assertEnds(`42["message",${'['.repeat(depth)}${']'.repeat(depth)}]`));
    test(`unpatched in socket.io 4.8.4: auth nested ${depth} deep is refused`, () =>
      assertEnds(`40/custom,${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`));
  }
  test('members named __proto__ and constructor are members like any other', async () => {
    const client = await connected();
    client.send('42["message",{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}]');
    assert.equal(await client.next(), '42["message-back",{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}]');
  });
});
