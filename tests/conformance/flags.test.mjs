// The edge's flags that options.test.mjs leaves out: each with a value, and what that does on the wire. Its limits are
// in limits.test.mjs.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { Metrics } from './support/metrics.mjs';
import { runEdge, startSocketServer, stopAfter } from './support/server.mjs';
import { BareSocket, EngineSocket, closeAll, frame, kText, upgradeRequest } from './support/websocket.mjs';
import { PollingSession, exchange, http } from './support/wire.mjs';

const kPolling = '/socket.io/?EIO=4&transport=polling';
const kForbidden = '{"code":4,"message":"Forbidden"}';
const kBadMethod = '{"code":2,"message":"Bad handshake method"}';
const kCompressed = 0x40;

const kFiles = mkdtempSync(join(tmpdir(), 'caucus-flags-'));
const kPage = '<h1>hi</h1>';
const kScript = 'let x;\n'.repeat(500);
mkdirSync(join(kFiles, 'site', 'sub'), { recursive: true });
for (const [name, content] of [
  ['secret.txt', 'secret'], ['site/index.html', kPage], ['site/a.js', kScript], ['site/.hidden', 'hidden'],
  ['site/sub/b.txt', 'b'], ['site/sub/index.html', 'sub'],
]) {
  writeFileSync(join(kFiles, name), content);
}
const kDist = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', 'socket.io-client', 'dist');

afterEach(closeAll);
after(closeAll);
after(() => rmSync(kFiles, { recursive: true }));

const from = (origin, headers = {}) => ({ headers: { Origin: origin, ...headers } });

const preflightFrom = (origin) => ({
  method: 'OPTIONS',
  ...from(origin, { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-asked' }),
});

// The headers of an answer that concern other origins' pages.
const corsHeaders = ({ headers }) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control') || name === 'vary'));

// An echo of `text` over polling: the answer to the GET.
async function pollEcho(server, text, headers) {
  const session = await PollingSession.open(server);
  await session.post('40');
  await session.take(2);
  await session.post(`42["message","${text}"]`);
  return session.get({ headers });
}

async function cookieOf(server) {
  const { opened, sid } = await PollingSession.open(server);
  return opened.headers['set-cookie'].map((cookie) => cookie.replace(sid, 'SID'));
}

// The frames of echoes of `texts`, on a WebSocket that takes compressed ones.
async function framesOf(server, texts) {
  const bare = await BareSocket.open(server, '/socket.io/', { headers: ['Sec-WebSocket-Extensions: permessage-deflate'] });
  bare.send(frame(kText, '40'));
  const frames = [];
  for (const [index, text] of texts.entries()) {
    await bare.frame(index + 2); // Behind the open packet, CONNECT and `auth`.
    bare.send(frame(kText, `42["message","${text}"]`));
    frames.push(await bare.frame(index + 3));
  }
  return frames;
}

// {flags, facts: {what: check(server)}}, each row with an edge of its own.
const kRows = [
  {
    flags: ['--per_message_deflate', '--per_message_deflate_threshold=200'],
    facts: {
      'shorter messages stay as they are': async (server) => {
        const [short] = await framesOf(server, ['a'.repeat(150)]);
        assert.equal(short.first & kCompressed, 0);
        assert.equal(short.payload.toString(), `42["message-back","${'a'.repeat(150)}"]`);
      },
      'longer ones are compressed': async (server) => {
        const [long] = await framesOf(server, ['a'.repeat(250)]);
        assert.equal(long.first & kCompressed, kCompressed);
        const tail = Buffer.from([0, 0, 0xff, 0xff]);
        const text = inflateRawSync(Buffer.concat([long.payload, tail]), { finishFlush: 2 }).toString();
        assert.equal(text, `42["message-back","${'a'.repeat(250)}"]`);
      },
    },
  },
  {
    flags: ['--http_compression=false', '--serve_client=false', `--client_dist=${kDist}`],
    facts: {
      'no answer is compressed': async (server) => {
        const { headers, body } = await pollEcho(server, 'a'.repeat(5_000), { 'Accept-Encoding': 'gzip, deflate' });
        assert.equal(headers['content-encoding'], undefined);
        assert.equal(body, `42["message-back","${'a'.repeat(5_000)}"]`);
      },
      'no bundle is served': async (server) => {
        const { status, body } = await http(server, '/socket.io/socket.io.js');
        assert.equal(status, 400);
        assert.equal(body, '{"code":0,"message":"Transport unknown"}');
      },
    },
  },
  {
    flags: ['--http_compression_threshold=200'],
    facts: {
      'shorter answers stay as they are': async (server) => {
        const { headers } = await pollEcho(server, 'a'.repeat(150), { 'Accept-Encoding': 'gzip' });
        assert.equal(headers['content-encoding'], undefined);
      },
      'longer ones are compressed': async (server) => {
        const { headers, rawBody } = await pollEcho(server, 'a'.repeat(250), { 'Accept-Encoding': 'gzip' });
        assert.equal(headers['content-encoding'], 'gzip');
        assert.equal(gunzipSync(rawBody).toString(), `42["message-back","${'a'.repeat(250)}"]`);
      },
    },
  },
  {
    flags: [
      '--cookie=sess', '--cookie_path=/x', '--cookie_domain=example.org', '--cookie_max_age=90s',
      '--cookie_http_only=false', '--cookie_secure', '--cookie_same_site=none',
    ],
    facts: {
      'the cookie has all of that': async (server) =>
        assert.deepEqual(await cookieOf(server), ['sess=SID; Max-Age=90; Domain=example.org; Path=/x; Secure; SameSite=None']),
    },
  },
  {
    flags: ['--cookie=sess', '--cookie_path=', '--cookie_same_site=strict'],
    facts: {
      'the cookie has no path': async (server) =>
        assert.deepEqual(await cookieOf(server), ['sess=SID; HttpOnly; SameSite=Strict']),
    },
  },
  {
    flags: [
      '--cors_origin=https://a.example,https://b.example', '--cors_methods=GET,POST', '--cors_allowed_headers=x-a,x-b',
      '--cors_exposed_headers=x-c,x-d', '--cors_max_age=600s', '--cors_options_success_status=200', '--require_origin',
    ],
    facts: {
      'a preflight names them': async (server) => {
        for (const origin of ['https://a.example', 'https://b.example']) {
          const answer = await http(server, kPolling, preflightFrom(origin));
          assert.equal(answer.status, 200);
          assert.equal(answer.body, '');
          assert.deepEqual(corsHeaders(answer), {
            'access-control-allow-origin': origin,
            'access-control-allow-methods': 'GET,POST',
            'access-control-allow-headers': 'x-a,x-b',
            'access-control-expose-headers': 'x-c,x-d',
            'access-control-max-age': '600',
            'vary': 'Origin',
          });
        }
      },
      'another answer names those that it exposes': async (server) => {
        const answer = await http(server, kPolling, from('https://b.example'));
        assert.equal(answer.status, 200);
        assert.deepEqual(corsHeaders(answer), {
          'access-control-allow-origin': 'https://b.example', 'access-control-expose-headers': 'x-c,x-d', 'vary': 'Origin',
        });
      },
      'a request without an Origin is refused, over either transport': async (server) => {
        const { status, body } = await http(server, kPolling);
        assert.equal(status, 403);
        assert.equal(body, kForbidden);
        assert.match((await exchange(server, upgradeRequest('/socket.io/'))).text, /^HTTP\/1\.1 400 [^]*\r\n\r\nForbidden$/);
      },
      'one with an Origin is not': async (server) => {
        const client = await EngineSocket.open(server, { options: { origin: 'https://a.example' } });
        await client.connect('/');
      },
      'a known session does not help a page of another origin': async (server) => {
        const { body } = await http(server, kPolling, from('https://a.example'));
        const { sid } = JSON.parse(body.slice(1));
        const post = await http(server, `${kPolling}&sid=${sid}`, { method: 'POST', body: '40', ...from('https://evil.example') });
        assert.equal(post.body, kForbidden);
        const upgrade = upgradeRequest('/socket.io/', {
          query: `EIO=4&transport=websocket&sid=${sid}`, headers: ['Origin: https://evil.example'],
        });
        assert.match((await exchange(server, upgrade)).text, /^HTTP\/1\.1 400 [^]*\r\n\r\nForbidden$/);
      },
    },
  },
  {
    flags: ['--cors_origin=https://a.example', '--cors_preflight_continue'],
    facts: {
      'a preflight goes on to Engine.IO, with the headers': async (server) => {
        const answer = await http(server, kPolling, preflightFrom('https://a.example'));
        assert.equal(answer.status, 400);
        assert.equal(answer.body, kBadMethod);
        assert.equal(answer.headers['access-control-allow-methods'], 'GET,HEAD,PUT,PATCH,POST,DELETE');
        assert.equal(answer.headers['access-control-allow-headers'], 'x-asked');
      },
    },
  },
  {
    flags: ['--path=/realtime/', '--add_trailing_slash'],
    facts: {
      'only the path with its slash is the edge\'s': async (server) => {
        assert.equal((await http(server, '/realtime/?EIO=4&transport=polling')).status, 200);
        assert.equal((await http(server, '/realtime?EIO=4&transport=polling')).status, 404);
      },
    },
  },
  {
    flags: ['--path=/realtime', '--add_trailing_slash=false'],
    facts: {
      'the path is the edge\'s with a slash and without': async (server) => {
        assert.equal((await http(server, '/realtime?EIO=4&transport=polling')).status, 200);
        assert.equal((await http(server, '/realtime/?EIO=4&transport=polling')).status, 200);
        assert.equal((await http(server, '/real?EIO=4&transport=polling')).status, 404);
      },
    },
  },
  {
    flags: ['--shards=1'],
    facts: { 'every session is of one shard': async (server) => assert.equal((await shardsOf(server)).size, 1) },
  },
  {
    flags: ['--shards=2'],
    facts: {
      'sessions are of two shards, and each connection finds every one': async (server) =>
        assert.equal((await shardsOf(server)).size, Math.min(2, availableParallelism())),
    },
  },
  {
    flags: [`--static_dir=${join(kFiles, 'site')}`],
    facts: {
      'a file has its type and a tag': async (server) => {
        const { status, headers, body } = await http(server, '/a.js');
        assert.equal(status, 200);
        assert.equal(body, kScript);
        assert.equal(headers['content-type'], 'application/javascript; charset=utf-8');
        assert.match(headers.etag, /^"[\w-]{16}"$/);
        assert.equal(headers['cache-control'], 'public, max-age=0');
        assert.equal(headers['x-content-type-options'], 'nosniff');
      },
      'a directory is its index.html': async (server) => {
        assert.equal((await http(server, '/')).body, kPage);
        assert.equal((await http(server, '/?x=1')).body, kPage);
        assert.equal((await http(server, '/sub/')).body, 'sub');
        assert.equal((await http(server, '/sub/b.txt')).body, 'b');
      },
      'a client that has the file gets 304': async (server) => {
        const { etag } = (await http(server, '/a.js')).headers;
        for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
          const { status, headers, body } = await http(server, '/a.js', { headers: { 'If-None-Match': tag } });
          assert.equal(status, 304, tag);
          assert.equal(headers.etag, etag);
          assert.equal(body, '');
        }
        assert.equal((await http(server, '/a.js', { headers: { 'If-None-Match': '"x"' } })).status, 200);
      },
      'HEAD has the headers of GET alone': async (server) => {
        const [get, head] = [await http(server, '/a.js'), await http(server, '/a.js', { method: 'HEAD' })];
        assert.equal(head.status, 200);
        assert.equal(head.body, '');
        for (const name of ['content-length', 'content-type', 'etag']) assert.equal(head.headers[name], get.headers[name]);
      },
      'a file is compressed if the client takes that': async (server) => {
        const { headers, rawBody } = await http(server, '/a.js', { headers: { 'Accept-Encoding': 'gzip' } });
        assert.equal(headers['content-encoding'], 'gzip');
        assert.equal(headers.vary, 'Accept-Encoding');
        assert.equal(gunzipSync(rawBody).toString(), kScript);
      },
      'nothing beyond the directory, and nothing hidden, is served': async (server) => {
        for (const path of [
          '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/sub/../../secret.txt', '/sub/%2e%2e/%2e%2e/secret.txt',
          '/..\\secret.txt', '/.hidden', '/%2ehidden', '/sub', '/a.js/', '/a.js%00', '/nope', `/${kFiles}/secret.txt`, '//a.js',
        ]) {
          const { text } = await exchange(server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
          assert.match(text, /^HTTP\/1\.1 40[04] /, path);
          assert.doesNotMatch(text, /secret$|hidden$/, path);
        }
      },
      'a POST is not for files': async (server) =>
        assert.equal((await http(server, '/a.js', { method: 'POST', body: 'x' })).status, 404),
    },
  },
  {
    flags: ['--admin_listen=127.0.0.1:0'],
    facts: {
      '/metrics has the metrics in the text format': async (server) => {
        await (await EngineSocket.open(server)).connect('/');
        const { status, headers, body } = await http(admin(server), '/metrics');
        assert.equal(status, 200);
        assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
        assert.match(body, /^# TYPE edge_limit_reached_total counter$/m);
        assert.match(body, /^edge_connections\{transport="websocket"\} 1$/m);
        assert.match(body, /^edge_sockets 1$/m);
      },
      '/healthz and /readyz are 200': async (server) => {
        for (const path of ['/healthz', '/readyz']) assert.equal((await http(admin(server), path)).status, 200, path);
      },
      'anything else is 404': async (server) => {
        for (const path of ['/', '/nope', '/metrics/', kPolling]) assert.equal((await http(admin(server), path)).status, 404, path);
        assert.equal((await http(admin(server), '/metrics', { method: 'POST', body: 'x' })).status, 404);
      },
      'clients do not reach the metrics': async (server) => assert.equal((await http(server, '/metrics')).status, 404),
    },
  },
];

const admin = (server) => ({ port: new Metrics(server).port });

// The shards of the sessions that 40 connections open; each session is used over further connections.
async function shardsOf(server) {
  const sessions = await Promise.all(Array.from({ length: 40 }, () => PollingSession.open(server)));
  for (const session of sessions) {
    assert.equal((await session.post('40')).body, 'ok');
    assert.match((await session.take(2))[0], /^40\{/);
  }
  return new Set(sessions.map(({ sid }) => Buffer.from(sid, 'base64url')[0]));
}

for (const { flags, facts } of kRows) {
  describe(flags.map((flag) => flag.replace(/^--/, '').replace(kDist, 'DIST').replace(kFiles, 'DIR')).join(' '), () => {
    let server;
    before(async () => {
      server = await startSocketServer({ edgeFlags: flags });
    });
    stopAfter(() => [server]);
    for (const [what, check] of Object.entries(facts)) test(what, () => check(server));
  });
}

describe('readiness', () => {
  test('without services /readyz is 503 and /healthz is 200', async () => {
    const edge = runEdge('--admin_listen=127.0.0.1:0', '--backend=127.0.0.1:1', '--auth=127.0.0.1:1');
    const port = await edge.adminPort();
    assert.equal((await http({ port }, '/healthz')).status, 200);
    assert.equal((await http({ port }, '/readyz')).status, 503);
    assert.deepEqual(await edge.stop(), { code: 0, signal: null });
  });
});

describe('a wrong value ends the process with status 1 and names its flag:', () => {
  for (const flag of [
    'nonsense=1', 'listen=nonsense', 'admin_listen=nonsense', 'backend=', 'shards=0', 'shards=65', 'edge_id=a b', 'path=x', 'path=/',
    'transports=', 'transports=webtransport', 'ping_interval=0s', 'ping_timeout=soon', 'upgrade_timeout=25h', 'connect_timeout=0s',
    'call_timeout=0s', 'heartbeat_interval=999ms', 'heartbeat_interval=61s', 'header_timeout=0s', 'body_timeout=0s',
    'idle_timeout=0s', 'payload_bytes_max=abc', 'payload_bytes_max=-1',
    'payload_bytes_max=0', 'send_queue_bytes_max=0', 'header_bytes_max=0', 'header_count_max=0', 'fragments_max=0',
    'pending_acks_max=0', 'calls_in_flight_max=0', 'rooms_per_socket_max=0', 'namespaces_per_connection_max=0',
    'pending_handshakes_max=0', 'json_depth_max=0', 'json_members_max=0', 'attachments_timeout=0s', 'json_depth_max=1000', 'events_per_second=-1', 'events_per_second=nan',
    'events_burst=0', 'cookie=a b', 'cookie_same_site=any', 'cookie_max_age=-1s', 'cors_origin=nonsense',
    'cors_origin=https://x.example/path', 'cors_methods=a b', 'cors_allowed_headers=a:b', 'cors_exposed_headers=a\r\nb: c',
    'cors_options_success_status=302', 'static_dir=/nonexistent', 'client_dist=/nonexistent', 'descriptor_set=',
    'descriptor_set=/nonexistent',
  ]) {
    test(JSON.stringify(flag), async () => {
      const edge = runEdge(`--${flag}`);
      const { code } = await edge.end();
      assert.equal(code, 1);
      assert.ok(edge.log.includes(flag.split('=')[0]), edge.log);
    });
  }
  test('cookie_path=/;x', async () => {
    const edge = runEdge('--cookie=io', '--cookie_path=/;x');
    assert.equal((await edge.end()).code, 1);
    assert.match(edge.log, /--cookie/);
  });
});
