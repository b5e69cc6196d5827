// A request that is sent again, for whatever reason, takes effect once and gets the first answer.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import { callFails, code, GrpcPerson, pollsClient } from './support/grpc.mjs';
import { post } from './support/http.mjs';
import { claimsOf, createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, sleep } from './support/wait.mjs';

let system;
let replica;
let polls;
let others;
before(async () => {
  system = await System.start();
  replica = await system.startReplica();
  polls = pollsClient(system);
  others = pollsClient(replica);
});
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 120_000 });

async function pollWithAdmin(more) {
  const admin = await GrpcPerson.create(system, polls, { votes_per_voter: 1, ...more });
  await admin.call('AddParticipant');
  return admin;
}

async function textsOf(admin) {
  const { poll } = await admin.call('GetPoll');
  return Object.values(poll.nominations).map(({ text }) => text).sort();
}

it('Sent ten times at once to two replicas, a nomination is made once', async () => {
  const admin = await pollWithAdmin();
  const request = { text: 'Tea', request_id: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) =>
    admin.call('AddNomination', request, index % 2 ? polls : others)));
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.deepEqual(await admin.call('AddNomination', request), answers[0]);
  assert.deepEqual(await textsOf(admin), ['Tea']);
  await admin.call('RemoveNomination', { id: answers[0].nomination_id });
  assert.deepEqual(await admin.call('AddNomination', request, others), answers[0]);
  assert.deepEqual(await textsOf(admin), [], 'it was made again');
});

it('After kill -9 of polls-service the first answer is still known', async () => {
  const admin = await pollWithAdmin();
  const request = { text: 'Tea', request_id: randomUUID() };
  const first = await admin.call('AddNomination', request);
  await system.polls.kill9();
  await system.polls.start();
  assert.deepEqual(await eventually('an answer', () => admin.call('AddNomination', request)), first);
  assert.deepEqual(await textsOf(admin), ['Tea']);
});

it('Every call that changes a poll can be repeated, at the other replica too', async () => {
  const admin = await pollWithAdmin({ ballot_changes_allowed: true });
  const bob = await GrpcPerson.join(system, polls, admin.poll_id, 'Bob');
  const twice = async (person, method, request = {}) => {
    const repeatable = { ...request, request_id: randomUUID() };
    const first = await person.call(method, repeatable);
    const { revision } = (await admin.call('GetPoll')).poll;
    assert.deepEqual(await person.call(method, repeatable, others), first, method);
    assert.deepEqual(await person.call(method, repeatable), first, method);
    assert.equal((await admin.call('GetPoll')).poll.revision, revision, `${method} changed something again`);
    return first;
  };
  await twice(bob, 'AddParticipant', { connection_id: 'one', edge_id: 'no edge' });
  const { nomination_id: tea } = await twice(admin, 'AddNomination', { text: 'Tea' });
  const { nomination_id: mud } = await twice(bob, 'AddNomination', { text: 'Mud' });
  await twice(admin, 'RemoveNomination', { id: mud });
  await twice(admin, 'RemoveParticipant', { id: bob.userID });
  await twice(admin, 'LiftBan', { id: bob.userID });
  await twice(bob, 'AddParticipant');
  await twice(bob, 'LeavePoll');
  const rejoin = { access_token: bob.token, request_id: randomUUID() };
  const { poll } = await polls.call('RejoinPoll', rejoin);
  assert.equal((await others.call('RejoinPoll', rejoin)).poll.revision, poll.revision);
  await twice(admin, 'StartVote');
  await twice(bob, 'SubmitRankings', { rankings: [tea] });
  await twice(admin, 'ClosePoll');
  // A cancelled poll is gone, but for a minute it knows what it has answered.
  const cancel = { request_id: randomUUID() };
  const cancelled = await admin.call('CancelPoll', cancel);
  assert.deepEqual(await admin.call('CancelPoll', cancel, others), cancelled);
  await callFails(admin.call('CancelPoll', { request_id: randomUUID() }), code.NOT_FOUND, 'POLL_NOT_FOUND');
});

it('A second ballot under the first one\'s id does not replace a later one', async () => {
  const admin = await pollWithAdmin({ ballot_changes_allowed: true });
  const ids = [];
  for (const text of ['Tea', 'Rum']) ids.push((await admin.call('AddNomination', { text })).nomination_id);
  await admin.call('StartVote');
  const early = { rankings: [ids[0]], request_id: randomUUID() };
  await admin.call('SubmitRankings', early);
  await admin.call('SubmitRankings', { rankings: [ids[1]], request_id: randomUUID() });
  await admin.call('SubmitRankings', early, others);
  await admin.call('ClosePoll');
  const { poll } = await admin.call('GetPoll');
  assert.deepEqual(poll.results.map(({ nomination_text }) => nomination_text), ['Rum']);
});

it('An id of another request is refused, and ids of other people do not matter', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
  const requestID = randomUUID();
  await admin.does('nominate', { text: 'Tea', requestID });
  await admin.fails('nominate', [{ text: 'Rum', requestID }], 'BadRequest', 'REQUEST_ID_REUSED');
  await admin.fails('start_vote', [{ requestID }], 'BadRequest', 'REQUEST_ID_REUSED');
  await bob.does('nominate', { text: 'Rum', requestID });
  const { message } = await bob.fails('nominate', [{ text: 'Mud', requestID: 'x'.repeat(65) }], 'BadRequest');
  assert.deepEqual(message, ['requestID must be shorter than or equal to 64 characters']);
  // What has failed is not remembered.
  const again = randomUUID();
  await bob.fails('submit_rankings', [{ rankings: ['x'], requestID: again }], 'Conflict', 'WRONG_STATE');
  await bob.does('nominate', { text: 'Milk', requestID: again });
});

it('A repeated creation finds the first poll and its admin', async () => {
  const request = { topic: 'Once?', votes_per_voter: 1, name: 'Ann', request_id: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) =>
    (index % 2 ? polls : others).call('CreatePoll', request)));
  for (const { poll, access_token } of answers) {
    system.secrets.add(access_token);
    assert.deepEqual(poll, answers[0].poll);
    assert.equal(claimsOf(access_token).sub, poll.admin_id);
    assert.equal(claimsOf(access_token).pollID, poll.id);
  }
  await callFails(polls.call('CreatePoll', { ...request, topic: 'Twice?' }), code.INVALID_ARGUMENT, 'REQUEST_ID_REUSED');

  const body = { topic: 'Web', votesPerVoter: 1, name: 'Zoë', requestID: randomUUID() };
  const [first, second] = [await post(system, '/polls', body), await post(system, '/polls', body)];
  assert.equal(second.json.poll.id, first.json.poll.id);
  assert.equal(claimsOf(second.json.accessToken).sub, first.json.poll.adminID);
});

// Lets four people nominate, 15 options each, while `crash` goes on in the middle; checks that each is made once.
async function nominateThrough(crash) {
  const admin = await (await createPoll(system)).connect();
  const people = [];
  for (let index = 0; index < 4; index += 1) {
    const person = await joinPoll(system, admin.pollID, `P${index}`);
    people.push(await person.connect({ retries: 5, ackTimeout: 500 }));
  }
  const wanted = [];
  let answered = 0;
  let crashing;
  await Promise.all(people.map(async (person, who) => {
    for (let index = 0; index < 15; index += 1) {
      const request = { text: `Option ${index} of ${who}`, requestID: randomUUID() };
      wanted.push(request.text);
      // The client repeats what gets no ack; that there is no service now is an ack, and for us to repeat. While
      // connections come back a person may be no participant for a moment.
      await eventually(request.text, async () => {
        const answer = await person.socket.emitWithAck('nominate', request);
        if (answer.error?.type === 'Unavailable' || answer.error?.reason === 'NOT_A_PARTICIPANT') return false;
        assert.notEqual(answer.error?.reason, 'NOMINATION_EXISTS', 'it was made already, and not by this request');
        return typeof answer.nominationID === 'string';
      }, { deadlineMs: 40_000, intervalMs: 20 });
      answered += 1;
      if (answered >= 20) crashing ??= crash();
    }
  }));
  await crashing;
  const all = (state) => Object.keys(state.nominations).length >= wanted.length;
  const poll = await admin.sees('all', all, { deadlineMs: 40_000 });
  assert.deepEqual(Object.values(poll.nominations).map(({ text }) => text).sort(), wanted.toSorted());
}

for (const name of ['polls', 'redis', 'edge', 'auth']) {
  it(`With the client's own retries each nomination is made once while ${name} is killed`, () =>
    nominateThrough(async () => {
      const killed = system[name];
      await killed.kill9();
      await sleep(700);
      await killed.start();
    }));
}
