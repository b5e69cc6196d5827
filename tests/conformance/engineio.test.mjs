// Engine.IO v4 as it is on the wire, against the bare echo server: one test for each fact of the protocol.
//
// A fact named "ours:" is one where the reference (engine.io 6.6) does otherwise, on purpose.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startEngineServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';
import {
  BareSocket, EngineSocket, closeAll, frame, kBinary, kText, parseServerBytes, upgradeRequest,
} from './support/websocket.mjs';
import { PollingSession, connectTcp, exchange, http, kSeparator } from './support/wire.mjs';

const kPath = '/engine.io/';
const at = { path: kPath };
const kBodies = [
  '{"code":0,"message":"Transport unknown"}',
  '{"code":1,"message":"Session ID unknown"}',
  '{"code":2,"message":"Bad handshake method"}',
  '{"code":3,"message":"Bad request"}',
  '{"code":4,"message":"Forbidden"}',
  '{"code":5,"message":"Unsupported protocol version"}',
];
const kMessages = kBodies.map((body) => JSON.parse(body).message);

let server;
let beating; // The same with a heartbeat of 300 ms and 200 ms.

before(async () => {
  server = await startEngineServer();
  beating = await startEngineServer('--ping_interval=300ms', '--ping_timeout=200ms', '--upgrade_timeout=300ms');
});
afterEach(closeAll);
after(closeAll);
stopAfter(() => [server, beating]);

const openPolling = (on = server) => PollingSession.open(on, at);
const openWebSocket = (on = server, options = {}) => EngineSocket.open(on, { ...at, ...options });

async function assertGone(session) {
  const answer = await session.get();
  assert.equal(answer.status, 400);
  assert.equal(answer.body, kBodies[1]);
}

describe('the order of checks', () => {
  const refused = async (query, code, { method = 'GET', body, headers } = {}) => {
    const answer = await http(server, `${kPath}${query}`, { method, body, headers });
    assert.equal(answer.status, 400);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.headers['cache-control'], undefined);
    assert.equal(answer.body, kBodies[code]);
  };

  test('no transport is code 0', () => refused('?EIO=4', 0));
  test('an unknown transport is code 0', () => refused('?EIO=4&transport=abc', 0));
  test('transport=webtransport is code 0', () => refused('?EIO=4&transport=webtransport', 0));
  test('transport=__proto__ is code 0', () => refused('?EIO=4&transport=__proto__', 0));
  test('an unknown transport comes before a missing version', () => refused('?transport=abc', 0));
  test('an unknown transport comes before an unknown sid', () => refused('?EIO=4&transport=abc&sid=x', 0));
  test('an unknown sid is code 1', () => refused('?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA', 1));
  test('a sid of another length is code 1', () => refused('?EIO=4&transport=polling&sid=abc', 1));
  test('a sid named __proto__ is code 1', () => refused('?EIO=4&transport=polling&sid=__proto__', 1));
  test('an unknown sid comes before a wrong method', () =>
    refused('?EIO=4&transport=polling&sid=abc', 1, { method: 'PUT' }));
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    test(`${method} without a sid is code 2`, () => refused('?EIO=4&transport=polling', 2, { method, body: '4a' }));
  }
  test('a wrong method comes before a wrong version', () =>
    refused('?EIO=3&transport=polling', 2, { method: 'POST', body: '' }));
  test('transport=websocket without an upgrade is code 3', () => refused('?EIO=4&transport=websocket', 3));
  test('a missing upgrade comes before a missing version', () => refused('?transport=websocket', 3));
  test('a missing EIO is code 5', () => refused('?transport=polling', 5));
  test('EIO=3 is code 5', () => refused('?EIO=3&transport=polling', 5));
  test('EIO=abc is code 5', () => refused('?EIO=abc&transport=polling', 5));
  test('EIO=04 is code 5', () => refused('?EIO=04&transport=polling', 5));

  test('a transport other than the session\'s is code 3', async () => {
    const session = await openPolling();
    await refused(`?EIO=4&transport=websocket&sid=${session.sid}`, 3);
  });
  test('an EIO other than the session\'s is code 3', async () => {
    const session = await openPolling();
    await refused(`?EIO=3&transport=polling&sid=${session.sid}`, 3);
    await refused(`?transport=polling&sid=${session.sid}`, 3);
    assert.ok(await session.isOpen());
  });
  test('a known sid with a method that is neither GET nor POST is a bare 500', async () => {
    const session = await openPolling();
    for (const method of ['PUT', 'DELETE']) {
      const answer = await http(server, session.path, { method });
      assert.equal(answer.status, 500);
      assert.equal(answer.body, '');
    }
    assert.ok(await session.isOpen());
  });
  test('a path without the last slash is not the server\'s', async () => {
    assert.equal((await http(server, '/engine.io?EIO=4&transport=polling')).status, 404);
  });
  test('a path that begins with the server\'s is the server\'s', async () => {
    assert.equal((await http(server, '/engine.io/more/?EIO=4&transport=polling')).status, 200);
  });
  test('ours: the first of a repeated parameter counts', async () => {
    assert.equal((await http(server, `${kPath}?EIO=4&transport=polling&transport=abc`)).status, 200);
    await refused('?EIO=4&transport=abc&transport=polling', 0);
  });
});

describe('a refused WebSocket upgrade', () => {
  const refused = async (query, text, headers) => {
    const answer = await exchange(server, upgradeRequest(kPath, { query, headers }));
    assert.equal(answer.how, 'closed');
    const [head, body] = answer.text.split('\r\n\r\n');
    const lines = head.split('\r\n');
    assert.equal(lines[0], 'HTTP/1.1 400 Bad Request');
    const fields = lines.slice(1).map((line) => line.toLowerCase());
    assert.ok(fields.includes('connection: close'), head);
    assert.ok(fields.includes('content-type: text/html'), head);
    assert.ok(fields.includes(`content-length: ${text.length}`), head);
    assert.equal(body, text);
  };

  test('has the message as text, and ends the connection', () => refused('EIO=4&transport=abc', kMessages[0]));
  test('for a transport of __proto__ (CVE-2023-31125)', () => refused('EIO=4&transport=__proto__', kMessages[0]));
  test('for an unknown sid', () => refused('EIO=4&transport=websocket&sid=abc', kMessages[1]));
  test('ours: EIO=3 gets no 101 before its 400', () => refused('EIO=3&transport=websocket', kMessages[5]));
  test('ours: transport=polling gets no 101 before its 400', () => refused('EIO=4&transport=polling', kMessages[3]));
  test('for an EIO other than the session\'s', async () => {
    const session = await openPolling();
    await refused(`EIO=3&transport=websocket&sid=${session.sid}`, kMessages[3]);
    assert.ok(await session.isOpen());
  });
});

describe('the polling handshake', () => {
  test('has the five members of the open packet, and no more', async () => {
    const { opened, open } = await openPolling();
    assert.deepEqual(Object.keys(open), ['sid', 'upgrades', 'pingInterval', 'pingTimeout', 'maxPayload']);
    assert.deepEqual(open.upgrades, ['websocket']);
    assert.equal(open.pingInterval, 25_000);
    assert.equal(open.pingTimeout, 20_000);
    assert.equal(open.maxPayload, 1_000_000);
    assert.equal(opened.body, `0${JSON.stringify(open)}`);
  });
  test('has its headers', async () => {
    const { opened } = await openPolling();
    assert.equal(opened.status, 200);
    assert.equal(opened.headers['content-type'], 'text/plain; charset=UTF-8');
    assert.equal(opened.headers['content-length'], String(opened.body.length));
    assert.equal(opened.headers['cache-control'], 'no-store');
    assert.equal(opened.headers['set-cookie'], undefined);
    assert.equal(opened.headers['access-control-allow-origin'], undefined);
  });
  test('gives ids of 20 characters, never the same', async () => {
    const sids = new Set();
    for (let i = 0; i < 20; ++i) sids.add((await openPolling()).sid);
    assert.equal(sids.size, 20);
    for (const sid of sids) assert.match(sid, /^[A-Za-z0-9_-]{20}$/);
  });
  test('ignores other parameters', async () => {
    const session = await PollingSession.open(server, { ...at, query: '&t=abc&b64=1&x=%00' });
    assert.equal(session.opened.status, 200);
  });
});

describe('polling', () => {
  test('a POST is answered with ok and its headers', async () => {
    const session = await openPolling();
    const answer = await session.post('4a');
    assert.equal(answer.status, 200);
    assert.equal(answer.body, 'ok');
    assert.equal(answer.headers['content-type'], 'text/html');
    assert.equal(answer.headers['content-length'], '2');
    assert.equal(answer.headers['cache-control'], 'no-store');
  });
  test('a GET has its headers', async () => {
    const session = await openPolling();
    await session.post('4a');
    const answer = await session.get();
    assert.equal(answer.body, '4a');
    assert.equal(answer.headers['content-type'], 'text/plain; charset=UTF-8');
    assert.equal(answer.headers['content-length'], '2');
    assert.equal(answer.headers['cache-control'], 'no-store');
  });
  test('a message comes back', async () => {
    const session = await openPolling();
    await session.post('4hello');
    assert.deepEqual(await session.packets(), ['4hello']);
  });
  test('packets of one body are separated by 0x1e, and come back in order', async () => {
    const session = await openPolling();
    const messages = ['4one', '4two', '4', '4three'];
    await session.post(messages.join(kSeparator));
    assert.equal((await session.get()).body, messages.join(kSeparator));
  });
  test('text is UTF-8', async () => {
    const session = await openPolling();
    await session.post('4€ ✓ 𝄞 é');
    assert.deepEqual(await session.packets(), ['4€ ✓ 𝄞 é']);
  });
  test('binary is b and base64, without a type', async () => {
    const session = await openPolling();
    await session.post(['4a', 'bAQIDBA==', '4b', 'b'].join(kSeparator));
    assert.equal((await session.get()).body, ['4a', 'bAQIDBA==', '4b', 'b'].join(kSeparator));
  });
  test('a GET that finds nothing waits until there is something', async () => {
    const session = await openPolling();
    const { answer } = session.startGet();
    await session.post('4late');
    assert.equal((await answer).body, '4late');
  });
  test('many sessions at once do not meet', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => openPolling()));
    const bodies = await Promise.all(
      sessions.map(async (session, index) => {
        const { answer } = session.startGet();
        await session.post(`4${index}`);
        return (await answer).body;
      }),
    );
    assert.deepEqual(bodies, sessions.map((_, index) => `4${index}`));
  });
  test('the content type of a text body does not matter', async () => {
    const session = await openPolling();
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded', undefined]) {
      const answer = await session.post('4x', type ? { 'Content-Type': type } : {});
      assert.equal(answer.body, 'ok');
      assert.deepEqual(await session.packets(), ['4x']);
    }
  });
  test('a chunked body is a body', async () => {
    const session = await openPolling();
    const answer = await exchange(
      server,
      `POST ${session.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n` +
        '2\r\n4a\r\n1\r\nb\r\n0\r\n\r\n',
    );
    assert.match(answer.text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.deepEqual(await session.packets(), ['4ab']);
  });
  test('an octet-stream body is a bare 400, and ends the session (CVE-2026-59725)', async () => {
    const session = await openPolling();
    const answer = await session.post(Buffer.from([1, 2, 3]), { 'Content-Type': 'application/octet-stream' });
    assert.equal(answer.status, 400);
    assert.equal(answer.body, '');
    await assertGone(session);
  });
  for (const [what, body] of [
    ['an unknown packet type', 'abc'], ['an empty body', ''], ['an empty packet', `4a${kSeparator}`],
    ['a type beyond 6', '7'],
  ]) {
    test(`${what} is answered with ok, and ends the session`, async () => {
      const session = await openPolling();
      const answer = await session.post(body);
      assert.equal(answer.status, 200);
      assert.equal(answer.body, 'ok');
      await assertGone(session);
    });
  }
  test('ours: base64 that is none ends the session', async () => {
    const session = await openPolling();
    assert.equal((await session.post('b!!!!')).body, 'ok');
    await assertGone(session);
  });
  test('the packets before a bad one are taken, those behind it are not', async () => {
    const session = await openPolling();
    const { answer } = session.startGet();
    await session.post(['4before', 'x', '4behind'].join(kSeparator));
    assert.doesNotMatch((await answer).body, /behind/);
    await assertGone(session);
  });
  for (const [what, packet] of [['open', '0'], ['upgrade', '5'], ['noop', '6'], ['unsolicited pong', '3']]) {
    test(`a client's ${what} packet is ignored`, async () => {
      const session = await openPolling();
      await session.post([packet, '4after'].join(kSeparator));
      assert.deepEqual(await session.packets(), ['4after']);
    });
  }
  test('a client\'s ping ends the session', async () => {
    const session = await openPolling();
    assert.equal((await session.post('2')).body, 'ok');
    await assertGone(session);
  });
  test('a body of maxPayload bytes is taken', async () => {
    const session = await openPolling();
    const message = `4${'a'.repeat(999_999)}`;
    const { answer } = session.startGet();
    assert.equal((await session.post(message)).body, 'ok');
    assert.equal((await answer).body, message);
  });
  test('a larger body is an empty 413, and the session stays open', async () => {
    const session = await openPolling();
    const answer = await session.post(`4${'a'.repeat(1_000_000)}`);
    assert.equal(answer.status, 413);
    assert.equal(answer.body, '');
    await session.post('4still here');
    assert.deepEqual(await session.packets(), ['4still here']);
  });
  test('ours: a declared length beyond maxPayload is refused before the body', async () => {
    const session = await openPolling();
    const head = `POST ${session.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n`;
    assert.match((await exchange(server, head, { until: '\r\n\r\n' })).text, /^HTTP\/1\.1 413 /);
  });
  test('a second GET is a bare 400, the first gets a close packet, and the session ends', async () => {
    const session = await openPolling();
    const first = await session.holdGet();
    const second = await session.get();
    assert.equal(second.status, 400);
    assert.equal(second.body, '');
    assert.equal(await first.body(), '1');
    await assertGone(session);
  });
  test('a second POST while the first one\'s body comes is a bare 400, and the session ends', async () => {
    const session = await openPolling();
    const first = await beginPost(session);
    const second = await session.post('4second');
    assert.equal(second.status, 400);
    assert.equal(second.body, '');
    await first.closed();
    assert.doesNotMatch(first.all().toString(), /HTTP\/1\.1 200 /);
    await assertGone(session);
  });
  test('a client that aborts a POST before its body is whole ends the session', async () => {
    const session = await openPolling();
    const tcp = await beginPost(session);
    tcp.socket.resetAndDestroy();
    await eventuallyGone(session);
  });
  test('a client that aborts its GET ends the session', async () => {
    const session = await openPolling();
    const first = await session.holdGet();
    first.tcp.socket.resetAndDestroy();
    await eventuallyGone(session);
  });
  test('a client\'s close packet answers the GET with a noop, and ends the session', async () => {
    const session = await openPolling();
    const first = await session.holdGet();
    assert.equal((await session.post('1')).body, 'ok');
    assert.equal(await first.body(), '6');
    await assertGone(session);
  });
  test('requests of one connection are answered in order', async () => {
    const session = await openPolling();
    const post = `POST ${session.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n4a`;
    const get = `GET ${session.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const { text } = await exchange(server, post + get);
    const bodies = text.split(/HTTP\/1\.1 200 OK\r\n/).slice(1).map((part) => part.split('\r\n\r\n')[1]);
    assert.deepEqual(bodies, ['ok', '4a']);
  });
});

// Sends a POST but for the end of its body, and waits until the server has seen it.
async function beginPost(session) {
  const tcp = await connectTcp(server);
  tcp.socket.write(`POST ${session.path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
  await tcp.until('100', (bytes) => bytes.includes('100 Continue'));
  tcp.socket.write('4a');
  return tcp;
}

// The server hears of an abort on another connection than it is asked on.
async function eventuallyGone(session) {
  const gone = async () => {
    while (await session.isOpen());
  };
  await within('the session ends', gone());
}

describe('WebSocket', () => {
  test('sends the open packet first, with no upgrades', async () => {
    const { open } = await openWebSocket();
    assert.deepEqual(Object.keys(open), ['sid', 'upgrades', 'pingInterval', 'pingTimeout', 'maxPayload']);
    assert.deepEqual(open.upgrades, []);
    assert.equal(open.maxPayload, 1_000_000);
  });
  test('answers the handshake as RFC 6455 says', async () => {
    const bare = await connectTcp(server);
    bare.socket.write(
      upgradeRequest(kPath).replace(/Sec-WebSocket-Key: .*\r\n/, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'),
    );
    const bytes = await bare.until('the answer', (all) => parseServerBytes(all).frames.length > 0);
    bare.socket.destroy();
    const lines = parseServerBytes(bytes).head.split('\r\n');
    assert.equal(lines[0], 'HTTP/1.1 101 Switching Protocols');
    const fields = lines.slice(1).map((line) => line.toLowerCase());
    assert.ok(fields.includes('upgrade: websocket'));
    assert.ok(fields.includes('connection: upgrade'));
    assert.ok(lines.includes('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='));
  });
  test('negotiates no extension that was not configured', async () => {
    const session = new EngineSocket(server, { ...at, options: { perMessageDeflate: true } });
    await within('opens', session.opened);
    assert.equal(session.socket.extensions, '');
    assert.equal(session.socket.protocol, '');
  });
  test('answers the first subprotocol that is offered', async () => {
    const bare = await connectTcp(server);
    bare.socket.write(upgradeRequest(kPath, { headers: ['Sec-WebSocket-Protocol: chat, superchat'] }));
    const bytes = await bare.until('the answer', (all) => parseServerBytes(all).frames.length > 0);
    bare.socket.destroy();
    assert.ok(parseServerBytes(bytes).head.split('\r\n').includes('Sec-WebSocket-Protocol: chat'));
  });
  test('carries one packet a message: text with a type, binary bare', async () => {
    const session = await openWebSocket();
    session.send('4hello', Buffer.from([1, 2, 3, 4]), '4€ ✓ 𝄞', Buffer.alloc(0));
    assert.equal(await session.next(), '4hello');
    assert.deepEqual(await session.next(), Buffer.from([1, 2, 3, 4]));
    assert.equal(await session.next(), '4€ ✓ 𝄞');
    assert.deepEqual(await session.next(), Buffer.alloc(0));
  });
  test('takes b and base64 in a text message as binary', async () => {
    const session = await openWebSocket();
    session.send('bAQI=');
    assert.deepEqual(await session.next(), Buffer.from([1, 2]));
  });
  test('puts fragments together, with control frames between them', async () => {
    const bare = await BareSocket.open(server, kPath);
    await bare.frame(0);
    bare.send(frame(0x01, '4he'), frame(0x89, 'ping'), frame(0x00, 'll'), frame(0x80, 'o'));
    const pong = await bare.frame(1);
    assert.equal(pong.opcode, 10);
    assert.equal(pong.payload.toString(), 'ping');
    assert.equal((await bare.frame(2)).payload.toString(), '4hello');
  });
  for (const [what, packet] of [['open', '0'], ['upgrade', '5'], ['noop', '6'], ['unsolicited pong', '3']]) {
    test(`a client's ${what} packet is ignored`, async () => {
      const session = await openWebSocket();
      session.send(packet, '4after');
      assert.equal(await session.next(), '4after');
    });
  }
  test('ours: a client\'s close packet closes at once', async () => {
    const session = await openWebSocket();
    session.send('1');
    assert.equal((await session.end()).code, 1005);
  });
  test('ours: a client\'s ping closes with 1008 and the reason', async () => {
    const session = await openWebSocket();
    session.send('2');
    assert.deepEqual(await session.end(), { code: 1008, reason: 'transport error' });
  });
  for (const [what, packet] of [['an unknown type', 'abc'], ['an empty message', ''], ['a type beyond 6', '9']]) {
    test(`ours: ${what} closes with 1008 and the reason`, async () => {
      const session = await openWebSocket();
      session.send(packet);
      assert.deepEqual(await session.end(), { code: 1008, reason: 'parse error' });
    });
  }
  test('a message of maxPayload bytes is taken', async () => {
    const session = await openWebSocket();
    const message = `4${'a'.repeat(999_999)}`;
    session.send(message);
    assert.equal(await session.next(), message);
  });
  test('a larger message closes with 1009', async () => {
    const session = await openWebSocket();
    session.send(`4${'a'.repeat(1_000_000)}`);
    assert.equal((await session.end()).code, 1009);
  });
  test('fragments that are too large together close with 1009', async () => {
    const bare = await BareSocket.open(server, kPath);
    await bare.frame(0);
    const part = 'a'.repeat(400_000);
    bare.send(frame(0x01, `4${part}`), frame(0x00, part), frame(0x00, part));
    assert.equal((await bare.end()).code, 1009);
  });
  test('invalid UTF-8 closes with 1007', async () => {
    const bare = await BareSocket.open(server, kPath);
    bare.send(frame(kText, Buffer.from([0x34, 0xff, 0xfe])));
    assert.equal((await bare.end()).code, 1007);
  });
  for (const [what, bytes] of [
    ['a frame that is not masked', frame(kText, '4a', { masked: false })],
    ['the bit RSV1', frame(kText | 0x40, '4a')],
    ['the bit RSV2', frame(kText | 0x20, '4a')],
    ['the bit RSV3', frame(kText | 0x10, '4a')],
    ['an unknown opcode', frame(0x83, '4a')],
    ['a continuation of nothing', frame(0x80, '4a')],
    ['a new message within a message', Buffer.concat([frame(0x01, '4a'), frame(kText, '4b')])],
    ['a fragmented control frame', frame(0x09, 'x')],
    ['a control frame of 126 bytes', frame(0x89, 'x'.repeat(126))],
  ]) {
    test(`${what} closes with 1002`, async () => {
      const bare = await BareSocket.open(server, kPath);
      bare.send(bytes);
      assert.equal((await bare.end()).code, 1002);
    });
  }
  test('a close frame is answered with its code', async () => {
    const bare = await BareSocket.open(server, kPath);
    await bare.frame(0);
    bare.send(frame(0x88, Buffer.from([0x03, 0xe8])));
    assert.equal((await bare.end()).code, 1000);
  });
  test('ours: what follows the handshake in the same segment is read', async () => {
    const bare = await BareSocket.open(server, kPath, { first: frame(kText, '4early') });
    assert.equal((await bare.frame(1)).payload.toString(), '4early');
  });
  test('many messages come back in order', async () => {
    const session = await openWebSocket();
    const messages = Array.from({ length: 500 }, (_, index) => `4${index}`);
    session.send(...messages);
    for (const message of messages) assert.equal(await session.next(), message);
  });
  test('a client that goes without a word ends the session', async () => {
    const bare = await BareSocket.open(server, kPath);
    const { sid } = JSON.parse((await bare.frame(0)).payload.toString().slice(1));
    bare.tcp.socket.resetAndDestroy();
    const query = `?EIO=4&transport=polling&sid=${sid}`;
    const gone = async () => {
      while ((await http(server, kPath + query)).body !== kBodies[1]);
    };
    await within('the session ends', gone());
  });
});

describe('the upgrade', () => {
  const upgraded = async (on = server) => {
    const session = await openPolling(on);
    const probe = await EngineSocket.probe(on, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    probe.send('5');
    probe.send('4up');
    assert.equal(await probe.next(), '4up');
    return { session, probe };
  };

  test('goes from polling to WebSocket by 2probe, 3probe, 5', async () => {
    const { probe } = await upgraded();
    probe.send(Buffer.from([7]));
    assert.deepEqual(await probe.next(), Buffer.from([7]));
  });
  test('works when 2probe, 5 and messages are sent without waiting', async () => {
    const session = await openPolling();
    const bare = await BareSocket.open(server, kPath, {
      query: `EIO=4&transport=websocket&sid=${session.sid}`,
      first: Buffer.concat([frame(kText, '2probe'), frame(kText, '5'), frame(kText, '4a'), frame(kBinary, 'b')]),
    });
    assert.equal((await bare.frame(0)).payload.toString(), '3probe');
    assert.equal((await bare.frame(1)).payload.toString(), '4a');
    assert.equal((await bare.frame(2)).payload.toString(), 'b');
  });
  test('frees a held GET with a noop', async () => {
    const session = await openPolling();
    const { answer } = session.startGet();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    assert.equal((await answer).body, '6');
  });
  test('frees every GET that comes while it probes', async () => {
    const session = await openPolling();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    assert.equal((await session.get()).body, '6');
    assert.equal((await session.get()).body, '6');
  });
  test('leaves polling as it was while it probes', async () => {
    const session = await openPolling();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    await session.post('4during');
    assert.deepEqual(await session.packets(), ['4during']);
  });
  test('ours: answers the GET that is held when it is complete with a noop, not with a close packet', async () => {
    const session = await openPolling();
    const { answer } = session.startGet();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe', '5');
    assert.equal(await probe.next(), '3probe');
    const { status, body } = await answer;
    assert.equal(status, 200);
    assert.equal(body, '6');
  });
  test('carries what was queued over to the WebSocket, in order', async () => {
    const session = await openPolling();
    await session.post(['4one', '4two'].join(kSeparator));
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe', '5', '4three');
    assert.equal(await probe.next(), '3probe');
    for (const message of ['4one', '4two', '4three']) assert.equal(await probe.next(), message);
  });
  test('makes polling requests code 3', async () => {
    const { session } = await upgraded();
    for (const answer of [await session.get(), await session.post('4a')]) {
      assert.equal(answer.status, 400);
      assert.equal(answer.body, kBodies[3]);
    }
  });
  test('is not for a WebSocket that comes after it: that is closed', async () => {
    const { session, probe } = await upgraded();
    const second = new EngineSocket(server, { ...at, query: `EIO=4&transport=websocket&sid=${session.sid}` });
    await second.end();
    probe.send('4still');
    assert.equal(await probe.next(), '4still');
  });
  test('is not for a second WebSocket while one probes: that is closed', async () => {
    const session = await openPolling();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    const second = new EngineSocket(server, { ...at, query: `EIO=4&transport=websocket&sid=${session.sid}` });
    await second.end();
    probe.send('5', '4a');
    assert.equal(await probe.next(), '4a');
  });
  test('ours: is not for a session that began as a WebSocket: a second one is closed', async () => {
    const session = await openWebSocket();
    const second = new EngineSocket(server, { ...at, query: `EIO=4&transport=websocket&sid=${session.sid}` });
    await second.end();
    session.send('4still');
    assert.equal(await session.next(), '4still');
  });
  for (const [what, packets] of [
    ['a message before the probe', ['4a']], ['another probe text', ['2other']], ['a ping', ['2']],
    ['a pong', ['3probe']], ['a binary message', [Buffer.from([1])]], ['a message after the probe', ['2probe', '4a']],
  ]) {
    test(`${what} closes the WebSocket, and polling goes on`, async () => {
      const session = await openPolling();
      const probe = await EngineSocket.probe(server, session.sid, at);
      probe.send(...packets);
      await probe.end();
      await session.post('4on');
      assert.deepEqual(await session.packets(), ['4on']);
    });
  }
  test('can be tried again after one that failed', async () => {
    const session = await openPolling();
    const first = await EngineSocket.probe(server, session.sid, at);
    first.send('2probe');
    assert.equal(await first.next(), '3probe');
    first.send('4no');
    await first.end();
    const second = await EngineSocket.probe(server, session.sid, at);
    second.send('2probe', '5', '4yes');
    assert.equal(await second.next(), '3probe');
    assert.equal(await second.next(), '4yes');
  });
  test('that the client breaks off leaves polling as it was', async () => {
    const session = await openPolling();
    const probe = await EngineSocket.probe(server, session.sid, at);
    probe.send('2probe');
    assert.equal(await probe.next(), '3probe');
    probe.close();
    await session.post('4on');
    assert.deepEqual(await session.packets(), ['4on']);
  });
  test('that is never completed is closed after upgradeTimeout, and polling goes on', async () => {
    const session = await openPolling(beating);
    const probe = await EngineSocket.probe(beating, session.sid, at);
    const ended = probe.end();
    let over = false;
    ended.then(() => (over = true));
    while (!over) {
      const { body } = await session.get();
      if (body.split(kSeparator).includes('2')) await session.post('3');
    }
    await session.post('4on');
    const packets = [];
    while (!packets.includes('4on')) packets.push(...(await session.packets()));
  });
});

describe('the heartbeat', () => {
  test('pings over WebSocket, and goes on as long as it is answered', async () => {
    const session = await openWebSocket(beating);
    for (let beat = 0; beat < 3; ++beat) {
      assert.equal(await session.next(), '2');
      session.send('3');
    }
  });
  test('ours: closes a WebSocket that does not answer, with 1008 and the reason', async () => {
    const session = await openWebSocket(beating);
    assert.equal(await session.next(), '2');
    assert.deepEqual(await session.end(), { code: 1008, reason: 'ping timeout' });
  });
  test('pings over polling, and goes on as long as it is answered', async () => {
    const session = await openPolling(beating);
    for (let beat = 0; beat < 3; ++beat) {
      assert.equal((await session.get()).body, '2');
      assert.equal((await session.post('3')).body, 'ok');
    }
  });
  test('closes a polling session that does not answer', async () => {
    const session = await openPolling(beating);
    assert.equal((await session.get()).body, '2');
    const last = await session.get();
    assert.ok((last.status === 200 && last.body === '1') || last.body === kBodies[1], last.body);
    await assertGone(session);
  });
  test('keeps the ping for a polling client that has no GET open', async () => {
    const session = await openPolling(beating);
    // Opened later, so that its ping comes later.
    const clock = await openWebSocket(beating);
    assert.equal(await clock.next(), '2');
    assert.equal((await session.get()).body, '2');
  });
  test('ends a polling session that does nothing at all', async () => {
    const session = await openPolling(beating);
    await eventuallyGone(session);
    await assertGone(session);
  });
  test('goes on over the upgrade', async () => {
    const session = await openPolling(beating);
    const probe = await EngineSocket.probe(beating, session.sid, at);
    probe.send('2probe', '5');
    assert.equal(await probe.next(), '3probe');
    for (let beat = 0; beat < 2; ++beat) {
      assert.equal(await probe.next(), '2');
      probe.send('3');
    }
    await probe.end();
  });
  test('counts a message as a sign of life once', async () => {
    const session = await openWebSocket(beating);
    assert.equal(await session.next(), '2');
    session.send('4a');
    assert.equal(await session.next(), '4a');
    session.send('3');
    assert.equal(await session.next(), '2');
  });
});
