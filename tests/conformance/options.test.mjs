// The options of the edge, each as it shows on the wire.
//
// A fact named "ours:" is one where the reference does otherwise, on purpose, or has no such option.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateSync } from 'node:zlib';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { EngineSocket, closeAll, upgradeRequest } from './support/websocket.mjs';
import { PollingSession, connectTcp, exchange, http } from './support/wire.mjs';

const kPath = '/socket.io/';
const kPolling = `${kPath}?EIO=4&transport=polling`;
const kForbidden = '{"code":4,"message":"Forbidden"}';

afterEach(closeAll);
after(closeAll);

// An edge with these flags for the tests of one block: a function that returns it.
function withFlags(...edgeFlags) {
  let server;
  before(async () => {
    server = await startSocketServer({ edgeFlags });
  });
  stopAfter(() => [server]);
  return () => server;
}

// A polling session that has joined, and an echo over it.
async function joinPolling(server, headers) {
  const session = await PollingSession.open(server);
  await session.post('40');
  await session.take(2);
  return {
    session,
    async echo(text) {
      await session.post(`42["message","${text}"]`);
      return session.get({ headers });
    },
  };
}

describe('with the defaults', () => {
  const edge = withFlags();

  test('an answer of less than 1024 bytes is not compressed', async () => {
    const { echo } = await joinPolling(edge(), { 'Accept-Encoding': 'gzip' });
    assert.equal((await echo('short')).headers['content-encoding'], undefined);
  });
  for (const [coding, decode] of [['gzip', gunzipSync], ['deflate', inflateSync]]) {
    test(`a longer one is, if the client takes ${coding}`, async () => {
      const { echo } = await joinPolling(edge(), { 'Accept-Encoding': coding });
      const text = 'long'.repeat(1_000);
      const { headers, rawBody } = await echo(text);
      assert.equal(headers['content-encoding'], coding);
      assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
      assert.equal(decode(rawBody).toString(), `42["message-back","${text}"]`);
    });
  }
  for (const accepted of [undefined, 'identity', 'gzip;q=0', 'br']) {
    test(`a longer one is not, if the client takes ${accepted}`, async () => {
      const { echo } = await joinPolling(edge(), accepted ? { 'Accept-Encoding': accepted } : {});
      const text = 'long'.repeat(1_000);
      const { headers, body } = await echo(text);
      assert.equal(headers['content-encoding'], undefined);
      assert.equal(body, `42["message-back","${text}"]`);
    });
  }
  test('a page of any origin has a session, and no header that lets it read the answer', async () => {
    const { status, headers } = await http(edge(), kPolling, { headers: { Origin: 'https://any.example' } });
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });
  test('OPTIONS is code 2', async () => {
    const { status, body } = await http(edge(), kPolling, { method: 'OPTIONS', headers: { Origin: 'https://any.example' } });
    assert.equal(status, 400);
    assert.equal(body, '{"code":2,"message":"Bad handshake method"}');
  });
  test('no cookie is set', async () => {
    assert.equal((await http(edge(), kPolling)).headers['set-cookie'], undefined);
  });
  test('a path without its last slash is not the edge\'s', async () => {
    assert.equal((await http(edge(), '/socket.io?EIO=4&transport=polling')).status, 404);
  });
});

describe('path and add_trailing_slash=false', () => {
  const edge = withFlags('--path=/realtime', '--add_trailing_slash=false');

  test('the path has no slash behind it, and the old one is nothing', async () => {
    assert.equal((await http(edge(), '/realtime?EIO=4&transport=polling')).status, 200);
    assert.equal((await http(edge(), kPolling)).status, 404);
  });
});

describe('transports=polling', () => {
  const edge = withFlags('--transports=polling');

  test('offers no upgrade', async () => {
    assert.deepEqual((await PollingSession.open(edge())).open.upgrades, []);
  });
  test('transport=websocket is code 0', async () => {
    const query = 'EIO=4&transport=websocket';
    assert.equal((await http(edge(), `${kPath}?${query}`)).body, '{"code":0,"message":"Transport unknown"}');
    assert.match((await exchange(edge(), upgradeRequest(kPath, { query }))).text, /^HTTP\/1\.1 400 [^]*Transport unknown$/);
  });
});

describe('transports=websocket', () => {
  const edge = withFlags('--transports=websocket');

  test('transport=polling is code 0, and WebSocket works', async () => {
    assert.equal((await http(edge(), kPolling)).body, '{"code":0,"message":"Transport unknown"}');
    await (await EngineSocket.open(edge())).connect('/');
  });
});

describe('allow_upgrades=false', () => {
  const edge = withFlags('--allow_upgrades=false');

  test('offers no upgrade, but takes one', async () => {
    const session = await PollingSession.open(edge());
    assert.deepEqual(session.open.upgrades, []);
    const probe = await EngineSocket.probe(edge(), session.sid);
    probe.send('2probe', '5', '40');
    assert.equal(await probe.next(), '3probe');
    assert.match(await probe.next(), /^40\{/);
  });
});

describe('cookie=io', () => {
  const edge = withFlags('--cookie=io');

  test('is set by the first answer of a polling session, with the session\'s id', async () => {
    const { opened, sid } = await PollingSession.open(edge());
    assert.deepEqual(opened.headers['set-cookie'], [`io=${sid}; Path=/; HttpOnly; SameSite=Lax`]);
  });
  test('is set by no later answer', async () => {
    const { echo, session } = await joinPolling(edge());
    assert.equal((await echo('x')).headers['set-cookie'], undefined);
    assert.equal((await session.post('42')).headers['set-cookie'], undefined);
  });
  test('is not set by a WebSocket handshake', async () => {
    const tcp = await connectTcp(edge());
    tcp.socket.write(upgradeRequest(kPath));
    const head = (await tcp.until('101', (bytes) => bytes.includes('\r\n\r\n'))).toString('latin1');
    tcp.socket.destroy();
    assert.match(head, /^HTTP\/1\.1 101 /);
    assert.doesNotMatch(head, /set-cookie/i);
  });
});

describe('cors_origin=https://good.example with credentials', () => {
  const edge = withFlags('--cors_origin=https://good.example', '--cors_credentials');
  const from = (origin) => ({ headers: { Origin: origin } });

  test('a page of that origin may read the answers', async () => {
    const { status, headers } = await http(edge(), kPolling, from('https://good.example'));
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], 'https://good.example');
    assert.equal(headers['access-control-allow-credentials'], 'true');
    assert.match(headers.vary, /origin/i);
  });
  test('ours: a page of another origin is refused with code 4', async () => {
    const { status, body } = await http(edge(), kPolling, from('https://evil.example'));
    assert.equal(status, 403);
    assert.equal(body, kForbidden);
  });
  for (const origin of ['null', 'https://good.example.evil.example', 'http://good.example', 'https://good.example:8443']) {
    test(`ours: so is one of ${origin}`, async () => {
      assert.equal((await http(edge(), kPolling, from(origin))).body, kForbidden);
    });
  }
  test('ours: a WebSocket of another origin is refused before its 101', async () => {
    const { text } = await exchange(edge(), upgradeRequest(kPath, { headers: ['Origin: https://evil.example'] }));
    assert.match(text, /^HTTP\/1\.1 400 [^]*\r\n\r\nForbidden$/);
  });
  test('a WebSocket of that origin works', async () => {
    const client = await EngineSocket.open(edge(), { options: { origin: 'https://good.example' } });
    await client.connect('/');
  });
  test('a client without an Origin works', async () => {
    assert.equal((await http(edge(), kPolling)).status, 200);
  });
  test('a preflight is answered with 204 and what is allowed', async () => {
    const { status, headers, body } = await http(edge(), kPolling, {
      method: 'OPTIONS',
      headers: {
        'Origin': 'https://good.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    assert.equal(status, 204);
    assert.equal(body, '');
    assert.equal(headers['access-control-allow-origin'], 'https://good.example');
    assert.match(headers['access-control-allow-methods'], /POST/);
    assert.equal(headers['access-control-allow-headers'], 'content-type');
  });
});

describe('cors_origin=*', () => {
  const edge = withFlags('--cors_origin=*');

  test('any page may read the answers', async () => {
    const { status, headers } = await http(edge(), kPolling, { headers: { Origin: 'https://any.example' } });
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], '*');
  });
});

describe('per_message_deflate', () => {
  const edge = withFlags('--per_message_deflate');

  test('is agreed on if the client offers it, and carries text and binary', async () => {
    const client = await EngineSocket.open(edge(), { options: { perMessageDeflate: true } });
    assert.match(client.socket.extensions, /permessage-deflate/);
    await client.connect('/');
    const text = 'text '.repeat(2_000);
    client.send(`42["message","${text}"]`);
    assert.equal(await client.next(), `42["message-back","${text}"]`);
    const binary = Buffer.alloc(5_000, 7);
    client.send('451-["message",{"_placeholder":true,"num":0}]', binary);
    assert.equal(await client.next(), '451-["message-back",{"_placeholder":true,"num":0}]');
    assert.deepEqual(await client.next(), binary);
  });
  test('is left out if the client does not', async () => {
    const client = await EngineSocket.open(edge(), { options: { perMessageDeflate: false } });
    assert.equal(client.socket.extensions, '');
    await client.connect('/');
  });
  test('counts a message by what it inflates to', async () => {
    const client = await EngineSocket.open(edge(), { options: { perMessageDeflate: { threshold: 0 } } });
    client.send(`4${'a'.repeat(1_000_000)}`);
    assert.equal((await client.end()).code, 1009);
  });
});

describe('client_dist', () => {
  const dist = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', 'socket.io-client', 'dist');
  const edge = withFlags(`--client_dist=${dist}`);
  const kTag = `"${JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')).version}"`;

  for (const name of ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js', 'socket.io.msgpack.min.js', 'socket.io.js.map']) {
    test(`${name} is served, with the version as its tag`, async () => {
      const { status, headers, body } = await http(edge(), `${kPath}${name}`);
      assert.equal(status, 200);
      assert.equal(headers.etag, kTag);
      assert.match(headers['content-type'], name.endsWith('.map') ? /^application\/json/ : /^application\/javascript/);
      assert.equal(body, readFileSync(join(dist, name), 'utf8'));
    });
  }
  test('a client that has it already gets 304', async () => {
    for (const tag of [kTag, `W/${kTag}`]) {
      const { status, body } = await http(edge(), `${kPath}socket.io.js`, { headers: { 'If-None-Match': tag } });
      assert.equal(status, 304);
      assert.equal(body, '');
    }
  });
  test('it is compressed if the client takes that', async () => {
    const { headers, rawBody } = await http(edge(), `${kPath}socket.io.js`, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(rawBody).toString(), readFileSync(join(dist, 'socket.io.js'), 'utf8'));
  });
  test('nothing else of the directory, or beyond it, is served', async () => {
    for (const name of ['package.json', '../package.json', '..%2fpackage.json', 'socket.io.js/', 'esm/index.js']) {
      assert.notEqual((await http(edge(), `${kPath}${name}`)).status, 200, name);
    }
  });
});

describe('payload_bytes_max=2000', () => {
  const edge = withFlags('--payload_bytes_max=2000');

  test('is told to the client', async () => {
    assert.equal((await PollingSession.open(edge())).open.maxPayload, 2_000);
  });
  test('a larger body is an empty 413, and the session stays open', async () => {
    const { session, echo } = await joinPolling(edge());
    const { status, body } = await session.post(`4${'a'.repeat(2_000)}`);
    assert.equal(status, 413);
    assert.equal(body, '');
    assert.equal((await echo('on')).body, '42["message-back","on"]');
  });
  test('a larger message closes with 1009', async () => {
    const client = await EngineSocket.open(edge());
    client.send(`4${'a'.repeat(2_000)}`);
    assert.equal((await client.end()).code, 1009);
  });
});
