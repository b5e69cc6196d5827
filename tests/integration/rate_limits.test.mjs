// POLLS.md §0.11: what one address may do in a minute, and one connection in a second.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { callFails, code, pollsClient } from './support/grpc.mjs';
import { http } from './support/http.mjs';
import { createPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';

let system;
let polls;
before(async () => {
  system = await System.start({
    // So rare that none comes back while a test runs.
    pollsFlags: ['--polls_per_minute=3', '--joins_per_minute=5', '--unknown_codes_per_minute=4',
      '--changes_per_minute=6'],
    edgeFlags: ['--events_per_second=1', '--events_burst=8'],
  });
  polls = pollsClient(system);
});
after(() => system?.stop());
const it = testOn(() => system);

const kPoll = { topic: 'Where to eat?', votes_per_voter: 1, name: 'Ann' };

// Counts successes until the first failure, which must be the limit.
async function admitted(call) {
  for (let count = 0; count < 100; count += 1) {
    const error = await call().then(() => null, (failure) => failure);
    if (!error || error.code === code.NOT_FOUND) continue;
    await callFails(Promise.reject(error), code.RESOURCE_EXHAUSTED, 'RATE_LIMITED');
    assert.ok(error.caucus.RetryInfo?.retry_delay, JSON.stringify(error.caucus));
    return count;
  }
  return Infinity;
}

it('An address creates so many polls a minute, and another address as many', async () => {
  for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) {
    const count = await admitted(() => polls.call('CreatePoll', kPoll, { address }));
    assert.ok(count >= 3 && count <= 5, `${count}`);
  }
  // One customer has all of a /64.
  assert.equal(await admitted(() => polls.call('CreatePoll', kPoll, { address: '2001:db8::2' })), 0);
});

it('An address joins so often a minute', async () => {
  const { poll } = await polls.call('CreatePoll', kPoll, { address: '192.0.2.10' });
  const join = (address) => polls.call('JoinPoll', { poll_id: poll.id, name: 'Bob' }, { address });
  const count = await admitted(() => join('192.0.2.11'));
  assert.ok(count >= 5 && count <= 7, `${count}`);
  await join('192.0.2.12');
});

it('Who guesses codes is not told any more which exist', async () => {
  const { poll } = await polls.call('CreatePoll', kPoll, { address: '192.0.2.20' });
  const address = '192.0.2.21';
  const guesses = await admitted(() => polls.call('JoinPoll', { poll_id: 'ZZZZZZ', name: 'Mallory' }, { address }));
  assert.ok(guesses >= 4 && guesses <= 5, `${guesses}`);
  await callFails(polls.call('JoinPoll', { poll_id: poll.id, name: 'Mallory' }, { address }),
    code.RESOURCE_EXHAUSTED, 'RATE_LIMITED');
});

it('One person asks for so many changes a minute, and can still read and leave', async () => {
  const address = '192.0.2.30';
  const { poll, access_token: token } = await polls.call('CreatePoll', kPoll, { address });
  const change = (connection) => polls.call('AddParticipant', { poll_id: poll.id, connection_id: connection }, { token });
  let connections = 0;
  const count = await admitted(() => change(`c${connections += 1}`));
  assert.ok(count >= 6 && count <= 8, `${count}`);
  await polls.call('GetPoll', { poll_id: poll.id }, { token });
  await polls.call('LeavePoll', { poll_id: poll.id, connection_id: 'c1' }, { token });
});

it('Over HTTP the limit is 429, and over Socket.IO TooManyRequests', async () => {
  const admin = await (await createPoll(system)).connect();
  const answers = [];
  for (let index = 0; index < 6; index += 1) {
    answers.push(await http(system, {
      method: 'POST', path: '/polls', headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `192.0.2.${index}` },
      body: JSON.stringify({ topic: 'Again?', votesPerVoter: 1, name: 'Ann' }),
    }));
  }
  const refused = answers.filter(({ status }) => status !== 201);
  assert.ok(refused.length >= 2, 'a client chooses its own address');
  for (const { status, body } of refused) {
    assert.equal(status, 429, body);
    assert.deepEqual(JSON.parse(body), {
      statusCode: 429, message: 'Too many polls were created from this address; wait a little', error: 'Too Many Requests',
    });
  }
  const acks = await Promise.all(Array.from({ length: 20 }, () => admin.call('get_poll', { view: 'POLL_VIEW_BASIC' })));
  const types = acks.map(({ error }) => error?.type);
  assert.ok(types.filter((type) => type === undefined).length >= 7, `${types}`);
  assert.ok(types.includes('TooManyRequests'), `${types}`);
  assert.equal(admin.count('disconnect'), 0);
});
