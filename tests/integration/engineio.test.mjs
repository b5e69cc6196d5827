// Engine.IO and Socket.IO byte by byte: what SOCKETIO.md §2 says a server answers.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { kSeparator, pollingSession, WebSocketSession } from './support/engine.mjs';
import { http, rawBytes } from './support/http.mjs';
import { createPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { within } from './support/wait.mjs';

let system;
let admin;
before(async () => {
  system = await System.start();
  admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
});
after(() => system?.stop());
const it = testOn(() => system);

const kErrors = [
  'Transport unknown', 'Session ID unknown', 'Bad handshake method', 'Bad request', 'Forbidden',
  'Unsupported protocol version',
];

it('The polling handshake has exactly the reference headers and keys', async () => {
  const answer = await http(system, { path: '/socket.io/?EIO=4&transport=polling' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; charset=UTF-8');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.equal(answer.headers['content-length'], `${answer.body.length}`);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
  assert.equal(answer.headers['set-cookie'], undefined);
  const open = JSON.parse(answer.body.slice(1));
  assert.equal(answer.body[0], '0');
  assert.match(open.sid, /^[A-Za-z0-9_-]{20}$/);
  assert.equal(
    answer.body,
    `0{"sid":"${open.sid}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`,
  );
});

it('The WebSocket handshake offers no upgrade', async () => {
  const session = await WebSocketSession.open(system);
  const frame = await session.take('open', (text) => text.startsWith('0'));
  const { sid } = JSON.parse(frame.slice(1));
  assert.equal(frame, `0{"sid":"${sid}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`);
  session.close();
});

it('Requests that no session can come of get the codes of the reference', async () => {
  const session = await pollingSession(system);
  const cases = [
    [0, 'GET', '/socket.io/?EIO=4&transport=abc'],
    [0, 'GET', '/socket.io/?EIO=4'],
    [0, 'GET', '/socket.io/?transport=webtransport&EIO=4'],
    [0, 'GET', '/socket.io/?transport=__proto__'],
    [0, 'GET', '/socket.io/?transport=constructor&EIO=4'],
    [1, 'GET', '/socket.io/?EIO=4&transport=polling&sid=abc'],
    [1, 'POST', `/socket.io/?EIO=4&transport=polling&sid=${'A'.repeat(20)}`],
    [1, 'GET', `/socket.io/?EIO=4&transport=polling&sid=${encodeURIComponent('../../é\u0000')}`],
    [2, 'POST', '/socket.io/?EIO=4&transport=polling'],
    [2, 'PUT', '/socket.io/?EIO=4&transport=polling'],
    [2, 'OPTIONS', '/socket.io/?EIO=4&transport=polling'],
    [3, 'GET', '/socket.io/?EIO=4&transport=websocket'],
    [3, 'GET', `/socket.io/?EIO=4&transport=websocket&sid=${session.sid}`],
    [3, 'GET', `/socket.io/?transport=polling&sid=${session.sid}`],
    [5, 'GET', '/socket.io/?transport=polling'],
    [5, 'GET', '/socket.io/?EIO=3&transport=polling'],
    [5, 'GET', '/socket.io/?EIO=abc&transport=polling'],
  ];
  for (const [expected, method, path] of cases) {
    const answer = await http(system, { method, path });
    const what = `${method} ${path}`;
    assert.equal(answer.status, 400, what);
    assert.equal(answer.body, JSON.stringify({ code: expected, message: kErrors[expected] }), what);
    assert.equal(answer.headers['content-type'], 'application/json', what);
    assert.equal(answer.headers['cache-control'], undefined, what);
  }
});

it('A polling POST is answered ok, with the headers of the reference', async () => {
  const session = await pollingSession(system);
  const answer = await session.post(`40/polls,${JSON.stringify({ token: admin.token })}`);
  assert.deepEqual(
    [answer.status, answer.body, answer.headers['content-type'], answer.headers['content-length'], answer.headers['cache-control']],
    [200, 'ok', 'text/html', '2', 'no-store'],
  );
  let received = '';
  while (!received.includes('poll_updated')) received += kSeparator + (await session.get()).body;
  const packets = received.split(kSeparator).filter(Boolean);
  assert.match(packets[0], /^40\/polls,\{"sid":"[A-Za-z0-9_-]{20}"\}$/);
  assert.ok(packets[1].startsWith('42/polls,["poll_updated",{'), packets[1]);
  await session.post(['42/polls,0["nominate",{"text":""}]', '42/polls,1["start_vote",{}]'].join(kSeparator));
  let acks = '';
  while (!/43\/polls,1\[/.test(acks)) acks += kSeparator + (await session.get()).body;
  assert.ok(acks.indexOf('43/polls,0[') < acks.indexOf('43/polls,1['), 'acks are not in order');
});

it('A second GET at the same time ends the session', async () => {
  const session = await pollingSession(system);
  // Two TCP connections: either may be the one that the edge sees first.
  const answers = await Promise.all([session.get(), session.get()]);
  const [first, second] = answers.sort((a, b) => a.status - b.status);
  assert.equal(second.status, 400);
  assert.deepEqual([first.status, first.body], [200, '1']);
  assert.equal((await session.get()).body, '{"code":1,"message":"Session ID unknown"}');
});

it('A body beyond maxPayload is refused with 413 and the session goes on', async () => {
  const session = await pollingSession(system);
  const answer = await session.post(`4${'x'.repeat(1_000_001)}`).catch((error) => ({ status: error.code }));
  assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(answer.status), `${answer.status}`);
  assert.equal((await session.post('40/polls,{"token":"bad"}')).body, 'ok');
  assert.equal((await session.get()).body, '44/polls,{"message":"FORBIDDEN"}');
});

it('A WebSocket message beyond maxPayload closes with 1009', async () => {
  const session = await WebSocketSession.open(system);
  session.send(`4${'x'.repeat(1_000_001)}`);
  assert.equal(await within('close', session.closed), 1009);
});

it('An octet-stream POST is refused and ends the session', async () => {
  const session = await pollingSession(system);
  const answer = await session.post('4x', { 'Content-Type': 'application/octet-stream' });
  assert.equal(answer.status, 400);
  assert.equal((await session.get()).status, 400);
});

it('A session upgrades by probe, and polling is then refused', async () => {
  const session = await pollingSession(system);
  const upgraded = await WebSocketSession.open(system, `EIO=4&transport=websocket&sid=${session.sid}`);
  upgraded.send('2probe');
  await upgraded.take('the probe answered', '3probe');
  const released = session.get();
  assert.equal((await released).body, '6');
  upgraded.send('5');
  await upgraded.join(admin.token);
  const answer = await session.get();
  assert.deepEqual([answer.status, answer.body], [400, '{"code":3,"message":"Bad request"}']);
  upgraded.close();
});

it('Probe, upgrade and first packet may come back to back', async () => {
  const session = await pollingSession(system);
  const upgraded = await WebSocketSession.open(system, `EIO=4&transport=websocket&sid=${session.sid}`);
  upgraded.send('2probe');
  upgraded.send('5');
  await upgraded.join(admin.token);
  upgraded.close();
});

it('A refused namespace leaves the connection open for another try', async () => {
  const session = await WebSocketSession.open(system);
  session.send('40/polls,{"token":"bad"}');
  await session.take('the refusal', '44/polls,{"message":"FORBIDDEN"}');
  session.send('40/polls,');
  await session.take('the refusal', '44/polls,{"message":"FORBIDDEN"}');
  session.send('40/nothing,');
  await session.take('the refusal', '44/nothing,{"message":"Invalid namespace"}');
  assert.match(await session.join(admin.token), /^[A-Za-z0-9_-]{20}$/);
  const frames = session.frames.map(String);
  await session.take('the state', (text) => text.startsWith('42/polls,["poll_updated",'));
  const later = session.frames.findIndex((text) => text.startsWith('42/polls,'));
  assert.ok(later > frames.findIndex((text) => text.startsWith('40/polls,')), 'an event came before CONNECT');
  session.send('41/polls,');
  session.send('40/nothing,');
  await session.take('the refusal', '44/nothing,{"message":"Invalid namespace"}');
  session.close();
});

const kViolations = [
  '4', '49', '4x', '42/polls,{bad', '42/polls,[', '42/polls,{}', '42/polls,"text"', '42/polls,[]',
  '42/polls,[null]', '42/polls,[{"toString":"foo"}]', '42/polls,["disconnect"]', '42/polls,["connect_error",1]',
  '42/polls,["newListener"]', '43/polls,0{}', '41/polls,{"x":1}', '40/polls,{}', '42/other,["x"]', '41/other,',
  '44/polls,{"message":"x"}', '45x-/polls,["x"]', '450-/polls,["x"]', '4599999-/polls,["x"]', '45/polls,["x"]',
  '451-/polls,["x",{"_placeholder":true,"num":"splice"}]', '9', 'abc', '', '2',
];

it('Each protocol violation closes its own connection and nothing else', async () => {
  for (const violation of kViolations) {
    const session = await WebSocketSession.open(system);
    await session.join(admin.token);
    session.send(violation);
    if (violation.startsWith('451-')) session.send(Buffer.from([1, 2]));
    await within(`${JSON.stringify(violation)} closes`, session.closed, 5_000);
  }
  const early = await WebSocketSession.open(system);
  early.send('42/polls,["nominate",{"text":"before CONNECT"}]');
  await within('an event before CONNECT closes', early.closed, 5_000);
  const twice = await WebSocketSession.open(system);
  for (const payload of ['"text"', '[]', '{bad']) {
    const bad = await WebSocketSession.open(system);
    bad.send(`40/polls,${payload}`);
    await within(`CONNECT with ${payload} closes`, bad.closed, 5_000);
  }
  twice.send(Buffer.from([1, 2, 3]));
  await within('an unexpected attachment closes', twice.closed, 5_000);
  assert.equal(admin.count('disconnect'), 0);
  await admin.does('nominate', { text: 'Still served' });
});

it('What the reference tolerates is tolerated', async () => {
  const session = await WebSocketSession.open(system);
  await session.join(admin.token);
  for (const frame of ['43/polls,77[1]', '42/polls,[1]', '3', '42/polls,["unknown",{"_placeholder":true,"num":9}]']) {
    session.send(frame);
  }
  session.send('42/polls,007["nominate",{"text":""}]');
  await session.take('the ack', (text) => text.startsWith('43/polls,7[{"error":'));
  session.close();
});

it('A polling session that gets garbage answers ok and is then unknown', async () => {
  const unknown = '{"code":1,"message":"Session ID unknown"}';
  for (const garbage of ['abc', '', '4{', `4${kSeparator}4`, '42/polls,[]']) {
    const session = await pollingSession(system);
    assert.equal((await session.post(garbage)).status, 200, JSON.stringify(garbage));
    // What Engine.IO cannot read ends the session at once; what Socket.IO cannot read ends it with a close packet.
    const { body } = await session.get();
    if (garbage.startsWith('4')) assert.ok([unknown, '1', `6${kSeparator}1`].includes(body), body);
    else assert.equal(body, unknown, JSON.stringify(garbage));
    assert.equal((await session.get()).body, unknown, JSON.stringify(garbage));
  }
});

it('A refused WebSocket upgrade is a plain 400', async () => {
  const upgrade = (path) => rawBytes(system, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  for (const query of [`EIO=4&transport=websocket&sid=${'B'.repeat(20)}`, 'EIO=4&transport=__proto__', 'EIO=3&transport=websocket']) {
    const { text } = await upgrade(`/socket.io/?${query}`);
    assert.match(text, /^HTTP\/1\.1 400 /, query);
  }
});

it('The published client is served for browsers', async () => {
  for (const name of ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js']) {
    const answer = await http(system, { path: `/socket.io/${name}` });
    assert.equal(answer.status, 200, name);
    assert.match(answer.headers['content-type'], /javascript/);
    assert.match(answer.body, /Socket\.IO v4/);
  }
});

it('Health and readiness are told over HTTP', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await http(system, { path })).status, 200, path);
});
