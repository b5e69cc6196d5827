// Who may connect, who is present, and what happens to those who may not stay.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { io } from 'socket.io-client';
import { post } from './support/http.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

let system;
before(async () => {
  system = await System.start();
});
after(() => system?.stop());
const it = testOn(() => system);

async function pollWithBob(options) {
  const admin = await (await createPoll(system, options)).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
  await admin.sees('Bob', (state) => state.participants[bob.userID] === 'Bob');
  return { admin, bob };
}

it('The token may come in auth, in the header token, or as a bearer', async () => {
  const ways = [
    (token) => ({ auth: { token } }),
    (token) => ({ auth: {}, extraHeaders: { token } }),
    (token) => ({ auth: {}, extraHeaders: { Authorization: `Bearer ${token}` } }),
    (token) => ({ auth: { token }, extraHeaders: { token: 'bad' } }),
    (token) => ({ auth: {}, extraHeaders: { token }, transports: ['polling'] }),
  ];
  for (const way of ways) {
    const admin = await createPoll(system);
    await admin.connect(way(admin.token));
    admin.socket.close();
  }
});

it('A wrong or missing token is FORBIDDEN on every transport', async () => {
  const admin = await createPoll(system);
  const [head, payload, signature] = admin.token.split('.');
  const otherClaims = Buffer.from(JSON.stringify({ pollID: admin.pollID, sub: 'x', name: 'x', exp: 9e9 })).toString('base64url');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const tokens = [
    undefined, '', 'bad', 'a.b.c', `${head}.${payload}.`, `${head}.${otherClaims}.${signature}`,
    `${none}.${payload}.`, `${none}.${payload}.${signature}`, 5, null, {}, ['x'], 'x'.repeat(5_000),
    `${admin.token}x`, ` ${admin.token}`.repeat(2),
  ];
  for (const token of tokens) {
    const error = await admin.refused({ auth: { token } });
    assert.equal(error.message, 'FORBIDDEN', JSON.stringify(token));
    admin.clear();
  }
  const error = await admin.refused({ auth: {}, transports: ['polling'] });
  assert.equal(error.message, 'FORBIDDEN');
});

it('An unknown namespace is refused and the connection serves another', async () => {
  const admin = await createPoll(system);
  await admin.connect();
  const other = admin.socket.io.socket('/nothing-here');
  const error = await new Promise((resolve) => {
    other.on('connect_error', resolve);
    other.connect();
  });
  assert.equal(error.message, 'Invalid namespace');
  await admin.nominate('Still here');
  const root = io(system.edgeUrl, { forceNew: true, reconnection: false, transports: ['websocket'] });
  system.onStop(() => root.close());
  const outcome = await new Promise((resolve) => {
    root.on('connect_error', (failure) => resolve(failure.message));
    root.on('connect', () => resolve('connected'));
  });
  assert.equal(outcome, 'Invalid namespace');
  root.close();
});

it('A code in small letters joins the poll', async () => {
  const admin = await createPoll(system);
  const bob = await joinPoll(system, admin.pollID.toLowerCase(), 'Bob');
  assert.equal(bob.pollID, admin.pollID);
  await bob.connect();
});

it('Joining does not take part: connecting does', async () => {
  const admin = await (await createPoll(system)).connect();
  const bob = await joinPoll(system, admin.pollID, 'Bob');
  const { json } = await post(system, '/polls/join', { pollID: admin.pollID, name: 'Cid' });
  assert.deepEqual(json.poll.participants, { [admin.userID]: 'Ann' });
  await bob.connect();
  await admin.sees('Bob', (state) => state.participants[bob.userID] === 'Bob');
});

it('Closing one of two tabs removes nobody, closing the last does', async () => {
  const { admin, bob } = await pollWithBob();
  const second = await bob.tab().connect();
  const third = await bob.tab().connect({ transports: ['polling'] });
  second.socket.close();
  third.socket.close();
  // Whatever the closed tabs set off comes before what Bob, who is still here, does now.
  const { revision } = await bob.does('nominate', { text: 'Tea' });
  const poll = await admin.sees('the nomination', (state) => state.revision >= revision);
  assert.equal(poll.participants[bob.userID], 'Bob');
  bob.socket.close();
  await admin.sees('Bob gone', (state) => !(bob.userID in state.participants));
  assert.equal(Object.keys(admin.poll.nominations).length, 1);
});

it('Who leaves while voting stays a participant', async () => {
  const { admin, bob } = await pollWithBob({ votesPerVoter: 1 });
  await admin.nominate('Tea');
  await admin.does('start_vote');
  bob.socket.close();
  await admin.does('close_poll');
  const poll = await admin.sees('the end', (state) => state.state === 'STATE_CLOSED');
  assert.equal(poll.participants[bob.userID], 'Bob');
  assert.deepEqual(poll.results, []);
});

it('A removed person is disconnected on every tab and cannot come back', async () => {
  const { admin, bob } = await pollWithBob();
  const tab = await bob.tab().connect({ transports: ['polling'] });
  await bob.fails('remove_participant', [{ id: admin.userID }], 'Unauthorized', 'ADMIN_REQUIRED');
  await admin.fails('remove_participant', [{ id: 'nobody' }], 'NotFound', 'PARTICIPANT_NOT_FOUND');
  await admin.fails('remove_participant', [{ id: admin.userID }], 'Conflict', 'ADMIN_NOT_REMOVABLE');
  await admin.does('remove_participant', { id: bob.userID });
  for (const removed of [bob, tab]) {
    await eventually('the removed are disconnected', () => removed.count('disconnect') === 1);
    assert.deepEqual(removed.events.find(([name]) => name === 'disconnect'), ['disconnect', 'io server disconnect']);
  }
  await admin.sees('Bob gone', (state) => !(bob.userID in state.participants));
  bob.clear();
  const error = await bob.refused();
  assert.equal(error.data?.type, 'Unauthorized', JSON.stringify(error.data));
  assert.equal(error.data?.reason, 'REMOVED_FROM_POLL', JSON.stringify(error.data));
  const { status, json } = await post(system, '/polls/rejoin', { accessToken: bob.token });
  assert.equal(status, 403, JSON.stringify(json));
  assert.equal(json.error, 'Forbidden');
  const poll = (await post(system, '/polls/rejoin', { accessToken: admin.token })).json;
  assert.deepEqual(poll.participants, { [admin.userID]: 'Ann' });
});

it('A cancelled poll is gone for everyone, and nothing dies of it', async () => {
  const { admin, bob } = await pollWithBob();
  await bob.fails('cancel_poll', [], 'Unauthorized', 'ADMIN_REQUIRED');
  await admin.does('cancel_poll');
  for (const person of [admin, bob]) {
    await eventually(`${person.name} sees it cancelled`, () => person.count('poll_cancelled') === 1);
    assert.deepEqual(person.events.find(([name]) => name === 'poll_cancelled'), ['poll_cancelled']);
    await person.fails('nominate', [{ text: 'Late' }], 'NotFound', 'POLL_NOT_FOUND');
  }
  assert.deepEqual(await admin.exceptionAfter('start_vote'), {
    type: 'NotFound', message: 'Poll not found', reason: 'POLL_NOT_FOUND',
  });
  admin.socket.close();
  bob.socket.close();
  bob.clear();
  const error = await bob.refused();
  assert.equal(error.message, 'Poll not found');
  assert.equal(error.data.type, 'NotFound');
  const joined = await post(system, '/polls/join', { pollID: admin.pollID, name: 'Cid' });
  assert.deepEqual([joined.status, joined.json], [404, { statusCode: 404, message: 'Poll not found', error: 'Not Found' }]);
  const rejoined = await post(system, '/polls/rejoin', { accessToken: admin.token });
  assert.equal(rejoined.status, 404);
  await pollWithBob();
});

it('The admin who disconnects stays a participant, and returns as the admin', async () => {
  const { admin, bob } = await pollWithBob({ votesPerVoter: 1 });
  const pollNow = async () => (await post(system, '/polls/rejoin', { accessToken: bob.token })).json;
  const { revision } = await pollNow();
  admin.socket.close();
  await eventually('the connection is closed', async () => (await pollNow()).revision > revision);
  assert.ok(admin.userID in (await pollNow()).participants);
  assert.equal(bob.poll.adminID, admin.userID);
  admin.clear();
  await admin.connect();
  await admin.nominate('Tea');
  await admin.does('start_vote');
});
