// Votes are secret: nothing that anyone receives, by any door, tells how another has voted.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { code, pollsClient } from './support/grpc.mjs';
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

// Fails if `value` holds a list with a nomination's id, or a ranking that is not an empty list. Ids may stand as
// keys of `nominations` and in the rows of `results`.
function assertNoBallot(value, ids, path = '') {
  if (Array.isArray(value)) {
    for (const item of value) assert.ok(!ids.includes(item), `a list at ${path} holds a nomination's id`);
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'rankings') {
      for (const ranking of Object.values(member)) {
        assert.deepEqual(Array.isArray(ranking) ? ranking : ranking.values, [], `a ranking at ${path}`);
      }
    }
    assertNoBallot(member, ids, `${path}.${key}`);
  }
}

it('No message, answer or stream carries a ranking', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 2 })).connect();
  const polls = pollsClient(system);
  const people = [];
  for (const [index, name] of ['Bob', 'Cid', 'Dan'].entries()) {
    const person = await joinPoll(system, admin.pollID, name);
    people.push(await person.connect({ transports: index === 1 ? ['polling'] : ['websocket'] }));
  }
  const frames = [];
  for (const { socket } of [admin, ...people]) {
    socket.io.engine.on('packet', (packet) => packet.type === 'message' && frames.push(String(packet.data)));
  }
  const watch = polls.stream('WatchPoll', { poll_id: admin.pollID }, { token: admin.token });
  const ids = [await admin.nominate('Tea'), await admin.nominate('Milk'), await admin.nominate('Rum')];
  await admin.does('start_vote');

  const received = [];
  const look = async () => {
    received.push((await post(system, '/polls/join', { pollID: admin.pollID, name: 'Eve' })).json);
    received.push((await post(system, '/polls/rejoin', { accessToken: admin.token })).json);
    received.push(await polls.call('GetPoll', { poll_id: admin.pollID }, { token: people[0].token }));
    received.push(await polls.call('JoinPoll', { poll_id: admin.pollID, name: 'Eve' }));
    received.push(await polls.call('RejoinPoll', { access_token: people[1].token }));
  };
  for (const [index, person] of people.entries()) {
    received.push(await person.does('submit_rankings', { rankings: [ids[index], ids[(index + 1) % 3]] }));
    received.push(await person.call('submit_rankings', { rankings: [ids[0]] }));
    await look();
  }
  const late = await (await joinPoll(system, admin.pollID, 'Late')).connect();
  await admin.sees('three votes', (state) => Object.keys(state.rankings).length === 3);
  received.push(await admin.does('close_poll'));
  for (const person of [admin, late, ...people]) {
    const poll = await person.sees('results', (state) => state.results.length === 3);
    assert.deepEqual(Object.keys(poll.rankings).sort(), people.map((voter) => voter.userID).sort());
    for (const result of poll.results) {
      assert.deepEqual(Object.keys(result).sort(), ['elected', 'nominationID', 'nominationText', 'rank', 'score']);
    }
    received.push(...person.events);
  }
  await look();
  await eventually('the stream has the end', () => watch.messages.at(-1)?.poll_updated?.state === 'STATE_CLOSED');
  received.push(...watch.messages);
  watch.cancel();

  assert.ok(frames.length > 10);
  for (const value of received) assertNoBallot(value, ids);
  for (const frame of frames) {
    const json = frame.replace(/^\d+(\/polls,)?\d*/, '');
    if (json) assertNoBallot(JSON.parse(json), ids);
    assert.ok(!frame.includes(admin.token) && !frame.includes(people[0].token), 'a token is sent to a client');
  }
  for (const process of system.processes) {
    if (process.name === 'redis') continue;
    for (const id of ids) assert.ok(!process.log.includes(id), `${process.name} logs a nomination's id: a ballot?`);
  }
});

it('A token of one poll opens no other', async () => {
  const mine = await (await createPoll(system, { name: 'Ann' })).connect();
  const other = await (await createPoll(system, { name: 'Eve' })).connect();
  const polls = pollsClient(system);
  for (const method of ['GetPoll', 'AddParticipant', 'StartVote', 'CancelPoll']) {
    const error = await polls.call(method, { poll_id: mine.pollID }, { token: other.token }).catch((failure) => failure);
    assert.equal(error.code, code.PERMISSION_DENIED, method);
    assert.equal(error.caucus.ErrorInfo.reason, 'WRONG_POLL', method);
  }
  await other.does('nominate', { text: 'Here', pollID: mine.pollID });
  const { revision } = await mine.does('nominate', { text: 'Mine' });
  const poll = await mine.sees('its own nomination', (state) => state.revision >= revision);
  assert.deepEqual(Object.values(poll.nominations).map((nomination) => nomination.text), ['Mine']);
  assert.ok(mine.polls.every((state) => state.id === mine.pollID));
});
