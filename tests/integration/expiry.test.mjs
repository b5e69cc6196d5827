// The end of a poll's life, whoever is still there.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { post } from './support/http.mjs';
import { code, pollsClient } from './support/grpc.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, within } from './support/wait.mjs';

// Each test has a system with polls of another life, and all run at once: what takes time is to wait for the end.
function it(name, pollDuration, body) {
  let system;
  testOn(() => system)(name, async (t) => {
    t.after(() => system?.stop());
    system = await System.start({ pollDuration });
    await body(system);
  });
}

describe('The end of a poll', { concurrency: true }, () => {
  it('An expired poll is refused cleanly at every door', '4s', refusedCleanly);
  it('Everybody is told before the end, once, and newcomers get the state first', '20s', toldBefore);
});

async function refusedCleanly(system) {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
  const polls = pollsClient(system);
  const watch = polls.stream('WatchPoll', { poll_id: admin.pollID }, { token: admin.token });
  const end = Date.parse(admin.poll.expireTime);
  assert.ok(end - Date.now() <= 5_000, 'lives too long');

  await eventually('the poll is gone', async () =>
    (await post(system, '/polls/join', { pollID: admin.pollID, name: 'Late' })).status === 404);
  assert.ok(Date.now() >= end - 1_000, 'gone before its time');
  const ended = await within('the stream ends', watch.done);
  assert.ok([code.NOT_FOUND, code.UNAUTHENTICATED].includes(ended.code), `stream ended with ${ended.code}`);
  for (const person of [admin, bob]) {
    if (!person.socket.connected) continue;
    const { error } = await person.call('nominate', { text: 'Late' });
    assert.ok(['NotFound', 'Unauthorized'].includes(error.type), JSON.stringify(error));
  }
  // The token ends with the poll: which of the two is noticed first is not promised.
  bob.socket.close();
  bob.clear();
  const refusal = await bob.refused();
  assert.ok(['Poll not found', 'FORBIDDEN'].includes(refusal.message), refusal.message);
  const rejoined = await post(system, '/polls/rejoin', { accessToken: admin.token });
  assert.ok([403, 404].includes(rejoined.status), `${rejoined.status}`);
  await assert.rejects(polls.call('GetPoll', { poll_id: admin.pollID }, { token: admin.token }), (error) =>
    [code.NOT_FOUND, code.UNAUTHENTICATED].includes(error.code));

  const next = await (await createPoll(system)).connect();
  await next.nominate('Life goes on');
}

// A poll's last tenth, here two seconds, is told.
async function toldBefore(system) {
  const admin = await (await createPoll(system)).connect();
  const dee = await joinPoll(system, admin.pollID, 'Dee');
  await dee.connect(dee.deltas());
  const polls = pollsClient(system);
  const watches = ['MODE_SNAPSHOT', 'MODE_DELTA'].map((mode) =>
    polls.stream('WatchPoll', { poll_id: admin.pollID, mode }, { token: admin.token }));
  const end = Date.parse(admin.poll.expireTime);
  const expiring = (person) => person.events.filter(([name]) => name === 'poll_expiring');
  for (const person of [admin, dee]) {
    await eventually(`${person.name} is told`, () => expiring(person).length > 0, { deadlineMs: 25_000 });
  }
  assert.ok(Date.now() < end, 'told after the end');
  const late = [await joinPoll(system, admin.pollID, 'Late'), await joinPoll(system, admin.pollID, 'Later')];
  await late[0].connect();
  await late[1].connect(late[1].deltas());
  for (const person of late) {
    const first = person.events.find(([name]) => name.startsWith('poll_'));
    assert.equal(first[0], 'poll_updated', JSON.stringify(first));
    await person.sees('oneself', (state) => person.userID in state.participants);
    assert.equal(person.gaps, 0);
  }
  await dee.nominate('Just in time');
  for (const watch of watches) await within('the stream ends', watch.done, 20_000);
  for (const person of [admin, dee]) assert.deepEqual(expiring(person), [['poll_expiring', { expireTime: admin.poll.expireTime }]]);
  for (const { messages } of watches) {
    assert.deepEqual(messages.map(({ event }) => event).filter((event) => event === 'poll_expiring'), ['poll_expiring']);
    assert.equal(messages[0].event, 'poll_updated');
  }
}
