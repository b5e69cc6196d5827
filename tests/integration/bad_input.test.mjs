// Bad input at every door: a clear error, and everyone else is served as before.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { code, pollsClient } from './support/grpc.mjs';
import { WebSocketSession } from './support/engine.mjs';
import { http, post, rawBytes } from './support/http.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, sleep, within } from './support/wait.mjs';

let system;
let admin;
let filesAtRest;
before(async () => {
  system = await System.start();
  admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  await stillServes();
  filesAtRest = system.edge.openFiles;
});
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 120_000 });

const kFilesOfGrowth = 16;

// A small poll from beginning to end; the first poll's people are undisturbed, and no connection is left behind.
async function stillServes() {
  const fresh = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const bob = await (await joinPoll(system, fresh.pollID, 'Bob')).connect({ transports: ['polling'] });
  const tea = await bob.nominate('Tea');
  await fresh.does('start_vote');
  await bob.does('submit_rankings', { rankings: [tea] });
  await fresh.does('close_poll');
  const poll = await bob.sees('the results', (state) => state.results.length === 1);
  assert.equal(poll.results[0].score, 1);
  fresh.socket.close();
  bob.socket.close();
  assert.equal(admin.count('disconnect'), 0, 'a bystander was disconnected');
  assert.equal(admin.socket.connected, true);
  await eventually('connections are closed', () => {
    const limit = (filesAtRest ?? Infinity) + kFilesOfGrowth;
    return system.edge.openFiles <= limit;
  }, { deadlineMs: 30_000 });
}

const kName = ['name must be longer than or equal to 1 characters', 'name must be a string'];

it('REST: each wrong field is told in the words of the original', async () => {
  const cases = [
    ['/polls', { topic: '', votesPerVoter: 0, name: '' }, [
      'topic must be longer than or equal to 1 characters', 'votesPerVoter must not be less than 1',
      'name must be longer than or equal to 1 characters']],
    ['/polls', { topic: 't', votesPerVoter: 2.5, name: 'a' }, ['votesPerVoter must be an integer number']],
    ['/polls', { topic: 't', votesPerVoter: 1, name: '😀'.repeat(26) }, [
      'name must be shorter than or equal to 25 characters']],
    ['/polls', { topic: 't', votesPerVoter: 1 }, kName],
    ['/polls/join', { pollID: 'ABC', name: 'x' }, ['pollID must be longer than or equal to 6 characters']],
    ['/polls/join', { pollID: 'ABCDEFG', name: 'x' }, ['pollID must be shorter than or equal to 6 characters']],
    ['/polls/join', { name: 'x' }, ['pollID must be longer than or equal to 6 characters', 'pollID must be a string']],
  ];
  for (const [path, body, message] of cases) {
    const { status, json } = await post(system, path, body);
    assert.deepEqual([status, json], [400, { statusCode: 400, message, error: 'Bad Request' }]);
  }
  for (const body of [{ topic: 't', votesPerVoter: 1, name: ' ' }, { topic: '\u200b\u0007', votesPerVoter: 1, name: 'a' },
    { topic: 't', votesPerVoter: 1e99, name: 'a' }, { topic: 't', votesPerVoter: -1, name: 'a' },
    { topic: ['t'], votesPerVoter: [1], name: {} }]) {
    const { status, json } = await post(system, '/polls', body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.ok(Array.isArray(json.message) && json.message.length > 0, JSON.stringify(json));
  }
  const edge = await post(system, '/polls', { topic: 'é'.repeat(100), votesPerVoter: 5, name: '😀'.repeat(25), extra: [1] });
  assert.equal(edge.status, 201);
  await stillServes();
});

it('REST: what is no JSON object is told, not swallowed', async () => {
  for (const body of ['{bad', '', '{', '[', 'null,', '"x', '{"topic":"t"}}', '\u0000', '{"topic":"\ud800"', 'x'.repeat(1_000)]) {
    const { status, json } = await post(system, '/polls', body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.equal(json.statusCode, 400);
    assert.equal(json.error, 'Bad Request');
    assert.ok(json.message.length > 0, JSON.stringify(json));
  }
  const { json } = await post(system, '/polls', '{bad');
  assert.equal(typeof json.message, 'string');
  for (const body of ['[]', '5', 'null', '"text"', 'true']) {
    assert.equal((await post(system, '/polls', body)).status, 400, body);
  }
  const invalidUtf8 = Buffer.concat([Buffer.from('{"topic":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","votesPerVoter":1,"name":"a"}')]);
  const answer = await http(system, { method: 'POST', path: '/polls', body: invalidUtf8, headers: { 'Content-Type': 'application/json' } });
  assert.equal(answer.status, 400);
  await stillServes();
});

it('REST: unknown paths, methods and polls have their own answers', async () => {
  const notFound = (message) => JSON.stringify({ statusCode: 404, message, error: 'Not Found' });
  for (const [method, path] of [['GET', '/polls'], ['DELETE', '/polls'], ['GET', '/polls/join'], ['POST', '/polls/nothing']]) {
    const answer = await http(system, { method, path, headers: { 'Content-Type': 'application/json' }, body: method === 'POST' ? '{}' : undefined });
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.deepEqual(JSON.parse(answer.body), JSON.parse(notFound(`Cannot ${method} ${path}`)));
  }
  const unknown = await post(system, '/polls/join', { pollID: 'ZZZZZZ', name: 'x' });
  assert.deepEqual([unknown.status, unknown.body], [404, notFound('Poll not found')]);
  for (const pollID of ['..%2f..', 'a b*c?', '{:}\n\t\\', '😀😀😀😀😀😀', '\u0000\u0000\u0000\u0000\u0000\u0000']) {
    const { status } = await post(system, '/polls/join', { pollID: pollID.slice(0, 12), name: 'x' });
    assert.ok([400, 404].includes(status), `${pollID}: ${status}`);
  }
  for (const body of [{ accessToken: 'bad' }, {}, { accessToken: null }, { accessToken: 'x'.repeat(5_000) }]) {
    const { status, json } = await post(system, '/polls/rejoin', body);
    assert.deepEqual([status, json], [403, { statusCode: 403, message: 'Invalid authorization token', error: 'Forbidden' }]);
  }
  const { status, json } = await post(system, '/polls/rejoin', { accessToken: 5 });
  assert.deepEqual([status, json.message], [400, ['accessToken must be a string']]);
});

it('REST: oversized and deep bodies are refused at once', async () => {
  const large = await http(system, {
    method: 'POST', path: '/polls', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ topic: 'x'.repeat(2_000_000), votesPerVoter: 1, name: 'a' }),
  }).catch((error) => ({ status: error.code }));
  assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(large.status), `${large.status}`);
  const announced = await rawBytes(system, 'POST /polls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    + 'Content-Length: 99999999999\r\n\r\n{');
  assert.match(announced.text, /^HTTP\/1\.1 (413|400) /);
  for (const deep of ['['.repeat(100_000), '{"topic":'.repeat(20_000), `{"extra":${'['.repeat(5_000)}${']'.repeat(5_000)},"topic":"t","votesPerVoter":1,"name":"a"}`]) {
    assert.equal((await post(system, '/polls', deep)).status, 400);
  }
  await stillServes();
});

it('HTTP: bytes that are no request are refused', async () => {
  const host = 'Host: x\r\n';
  const garbage = [
    '\r\n\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(100_000)}\r\n\r\n`,
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${host}\r\n`,
    `GET / HTTP/1.1\r\n${host}${'X: y\r\n'.repeat(20_000)}\r\n`,
    `POST /polls HTTP/1.1\r\n${host}Content-Length: -5\r\n\r\n`,
    `POST /polls HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
    `POST /polls HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    `POST /polls HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\nGET /healthz HTTP/1.1\r\n${host}\r\n`,
    `POST /polls HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n`,
    `GET /healthz HTTP/1.1\r\n${host} folded\r\n\r\n`, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n',
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`
      + `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: ${'a;'.repeat(3_000)}\r\n\r\n`,
    Buffer.concat([
      Buffer.from(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n`
        + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'),
      Buffer.from([0xb1, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ]),
  ];
  for (const bytes of garbage) {
    const { text } = await rawBytes(system, bytes, { timeoutMs: 500 });
    const status = /^HTTP\/1\.[01] (\d+)/.exec(text)?.[1];
    assert.ok(status !== '200' && status !== '201', `${JSON.stringify(String(bytes).slice(0, 80))}: ${text.slice(0, 200)}`);
    assert.ok(!text.includes('\nok') && !/HTTP\/1\.1 200/.test(text), `smuggled: ${text.slice(0, 300)}`);
  }
  await stillServes();
});

it('HTTP: a thousand garbage requests', async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  const noise = () => Buffer.from(Array.from({ length: random() % 400 }, () => random() % 256));
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => {
      if (index % 4 === 0) return rawBytes(system, noise(), { end: true });
      const line = ['GET /polls', 'POST /polls', 'GET /socket.io/?EIO=4&transport=polling&sid=x'][index % 3];
      return rawBytes(system, Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n`), noise()]), { end: true });
    }));
  }
  await stillServes();
});

it('Socket.IO: wrong payloads are told field by field, by ack or by exception', async () => {
  const text = ['text must be longer than or equal to 1 characters', 'text must be a string'];
  for (const args of [[], [null], ['str'], [5], [[]], [{}], [{ text: null }], [true]]) {
    const message = (await admin.exceptionAfter('nominate', ...args)).message;
    assert.deepEqual(message, text, JSON.stringify(args));
    assert.deepEqual((await admin.fails('nominate', args, 'BadRequest')).message, text);
  }
  const long = await admin.fails('nominate', [{ text: 'x'.repeat(101) }], 'BadRequest');
  assert.deepEqual(long.message, ['text must be shorter than or equal to 100 characters']);
  const before = admin.exceptions.length;
  for (const rankings of [undefined, null, 5, 'abc', {}, [], [5], [null], [[]], Array(60).fill('x'), [''], ['x'.repeat(65)]]) {
    const error = await admin.fails('submit_rankings', [{ rankings }], 'BadRequest');
    assert.ok(Array.isArray(error.message) && error.message.length > 0, JSON.stringify(error));
  }
  for (const event of ['remove_nomination', 'remove_participant']) {
    for (const id of [undefined, 5, null, '', {}, 'x'.repeat(65)]) await admin.fails(event, [{ id }], 'BadRequest');
    await admin.fails(event, [{ id: "'] | .* $.." }], 'NotFound');
  }
  for (const bad of ['a\u0000b', 'line\nbreak\u0007', '   ', '\u001b[31m']) await admin.fails('nominate', [{ text: bad }], 'BadRequest');
  assert.equal(admin.exceptions.length, before, 'an exception was sent beside an ack');
  // A bound field cannot be set by a client.
  const other = await createPoll(system);
  await admin.does('nominate', { text: 'Mine', pollID: other.pollID, poll_id: other.pollID });
  assert.deepEqual((await post(system, '/polls/rejoin', { accessToken: other.token })).json.nominations, {});
  await stillServes();
});

it('Socket.IO: unknown, odd and huge events hurt nobody', async () => {
  const odd = ['unknown', '', 'x'.repeat(100_000), '__proto__', 'error', 'connection', 'AddNomination', 'poll_updated',
    'caucus.polls.v1.PollsService/CancelPoll', '\u0000', '😀'];
  for (const event of odd) {
    admin.socket.emit(event, { text: 'x' });
    const answer = await Promise.race([admin.socket.emitWithAck(event, { text: 'x' }), sleep(300)]);
    if (answer !== undefined) assert.ok(answer.error?.type, `${event.slice(0, 40)}: ${JSON.stringify(answer)}`);
  }
  await admin.does('nominate', { text: 'After odd events' });
  await stillServes();
});

it('Socket.IO: deep JSON ends at most its own connection', async () => {
  for (const depth of [50, 1_000, 5_000, 100_000]) {
    const session = await WebSocketSession.open(system);
    await session.join(admin.token);
    session.send(`42/polls,0["nominate",${'['.repeat(depth)}${']'.repeat(depth)}]`);
    await within(`${depth} levels are answered`, Promise.race([
      session.closed,
      session.take('an error', (frame) => frame.startsWith('43/polls,0[{"error":')),
    ]));
    session.close();
  }
  await stillServes();
});

it('Socket.IO: attachments that never end do not pile up', async () => {
  const session = await WebSocketSession.open(system);
  await session.join(admin.token);
  session.send('4510-/polls,["nominate",{"_placeholder":true,"num":0}]');
  for (let index = 0; index < 40; index += 1) session.send(Buffer.alloc(500_000));
  await within('it is closed', session.closed);
  await stillServes();
});

it('Socket.IO: clients that vanish in the middle of anything leave no trace', async () => {
  const fresh = await (await createPoll(system)).connect();
  const guests = [];
  for (let index = 0; index < 20; index += 1) guests.push(await joinPoll(system, fresh.pollID, `G${index}`));
  await Promise.all(guests.map(async (guest, index) => {
    const session = await WebSocketSession.open(system);
    session.send(`40/polls,${JSON.stringify({ token: guest.token })}`);
    if (index % 2) await session.take('CONNECT', (frame) => frame.startsWith('40/polls,'));
    session.send('42/polls,0["nominate",{"text":"Gone"}]');
    session.socket.terminate();
  }));
  const { revision } = await fresh.does('nominate', { text: 'Here' });
  await fresh.sees('everyone gone', (state) =>
    state.revision >= revision && Object.keys(state.participants).length === 1, { deadlineMs: 20_000 });
  await stillServes();
});

it('gRPC: garbage in fields and metadata is refused in the table\'s terms', async () => {
  const polls = pollsClient(system);
  const expected = [code.INVALID_ARGUMENT, code.NOT_FOUND, code.UNAUTHENTICATED, code.PERMISSION_DENIED, code.RESOURCE_EXHAUSTED];
  const long = 'x'.repeat(100_000);
  const calls = [
    ['CreatePoll', { topic: long, votes_per_voter: 4_000_000_000, name: long }],
    ['JoinPoll', { poll_id: long, name: 'x' }], ['JoinPoll', { poll_id: '\n\r\n*', name: 'x' }],
    ['GetPoll', { poll_id: long }, long.slice(0, 6_000)], ['GetPoll', { poll_id: '' }, admin.token],
    ['AddParticipant', { poll_id: admin.pollID, connection_id: long }, admin.token],
    ['LeavePoll', { poll_id: admin.pollID, connection_id: long }, admin.token],
    ['SubmitRankings', { poll_id: admin.pollID, rankings: Array(10_000).fill('x') }, admin.token],
    ['AddNomination', { poll_id: admin.pollID, text: 'x'.repeat(8_000_000) }, admin.token],
    ['RemoveNomination', { poll_id: admin.pollID, id: '\u0000' }, admin.token],
  ];
  for (const [method, request, token] of calls) {
    const error = await polls.call(method, request, { token }).then(() => null, (failure) => failure);
    assert.ok(error, `${method} succeeded`);
    assert.ok(expected.includes(error.code), `${method}: ${error}`.slice(0, 300));
  }
  const watch = polls.stream('WatchPoll', { poll_id: admin.pollID, revision: 4_000_000_000 }, { token: admin.token });
  watch.cancel();
  await stillServes();
});
