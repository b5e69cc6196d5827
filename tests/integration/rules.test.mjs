// POLLS.md §0, "Change, testably", where no other file shows it; README.md says which line is shown where.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { callFails, code, GrpcPerson, pollsClient } from './support/grpc.mjs';
import { createPoll, joinPoll, Person } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

const kIntervalMs = 300;

let system;
let replica;
let polls;
before(async () => {
  system = await System.start({ pollsFlags: [`--snapshot_interval=${kIntervalMs}ms`] });
  replica = await system.startReplica();
  polls = pollsClient(system);
});
after(() => system?.stop());
const it = testOn(() => system);

async function pollWithBob(options) {
  const admin = await (await createPoll(system, options)).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
  await admin.sees('Bob', (state) => bob.userID in state.participants);
  return { admin, bob };
}

// How many calls succeed; all others fail with the reason.
async function successes(calls, reason) {
  const outcomes = await Promise.allSettled(calls);
  for (const { status, reason: error } of outcomes) {
    if (status === 'rejected') assert.equal(error.caucus?.ErrorInfo?.reason, reason, `${error}`);
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

it('§0.1 Of ten who start, and of ten who close, at two replicas at once, one succeeds', async () => {
  const other = pollsClient(replica);
  const admin = await GrpcPerson.create(system, polls, { votes_per_voter: 1 });
  const watcher = await new Person(system, { poll: { id: admin.poll_id }, accessToken: admin.token }).connect();
  const { nomination_id: tea } = await admin.call('AddNomination', { text: 'Tea' });
  const tenTimes = (method) => Array.from({ length: 10 }, (_, index) => admin.call(method, {}, index % 2 ? other : polls));
  assert.equal(await successes(tenTimes('StartVote'), 'WRONG_STATE'), 1);
  await admin.call('SubmitRankings', { rankings: [tea] }, other);
  assert.equal(await successes(tenTimes('ClosePoll'), 'WRONG_STATE'), 1);
  await watcher.sees('the end', (state) => state.state === 'STATE_CLOSED');
  const kOrder = ['STATE_NOMINATING', 'STATE_VOTING', 'STATE_CLOSED'];
  const phases = watcher.polls.map(({ state }) => kOrder.indexOf(state));
  assert.deepEqual(phases, phases.toSorted(), 'a phase went backwards');
});

it('§0.2 A ballot is replaced until the close if the poll says so', async () => {
  const { admin, bob } = await pollWithBob({ votesPerVoter: 2, ballotChangesAllowed: true });
  assert.equal(admin.poll.ballotChangesAllowed, true);
  const [tea, rum] = [await admin.nominate('Tea'), await admin.nominate('Rum')];
  await bob.fails('submit_rankings', [{ rankings: [tea] }], 'Conflict', 'WRONG_STATE');
  await admin.does('start_vote');
  await bob.does('submit_rankings', { rankings: [tea, rum] });
  await bob.does('submit_rankings', { rankings: [tea] });
  await bob.does('submit_rankings', { rankings: [rum] });
  await bob.fails('submit_rankings', [{ rankings: [rum, rum] }], 'BadRequest');
  await admin.does('close_poll');
  await bob.fails('submit_rankings', [{ rankings: [tea] }], 'Conflict', 'WRONG_STATE');
  const poll = await bob.sees('results', (state) => state.state === 'STATE_CLOSED');
  assert.deepEqual(poll.results.map(({ nominationText, score }) => [nominationText, score]), [['Rum', 1]]);
  assert.deepEqual(poll.rankings, { [bob.userID]: [] });
});

it('§0.2 A ballot is final if the poll says nothing, and a bad one is refused and not cut', async () => {
  const { admin, bob } = await pollWithBob({ votesPerVoter: 2 });
  assert.equal(admin.poll.ballotChangesAllowed, false);
  const ids = [await admin.nominate('Tea'), await admin.nominate('Rum'), await admin.nominate('Milk')];
  const removed = await bob.nominate('Mud');
  await admin.does('remove_nomination', { id: removed });
  await admin.does('start_vote');
  for (const rankings of [[], ids, [ids[0], ids[0]], [removed], [ids[0], 'unknown1'], Array(60).fill(ids[0])]) {
    await bob.fails('submit_rankings', [{ rankings }], 'BadRequest');
  }
  await bob.does('submit_rankings', { rankings: [ids[0]] });
  await bob.fails('submit_rankings', [{ rankings: [ids[1]] }], 'Conflict', 'ALREADY_VOTED');
  await admin.does('close_poll');
  const poll = await bob.sees('results', (state) => state.state === 'STATE_CLOSED');
  assert.deepEqual(poll.results.map(({ nominationText, score }) => [nominationText, score]), [['Tea', 1]]);
});

it('§0.4 Updates have growing revisions, and a burst of changes arrives as few of them', async () => {
  const { admin, bob } = await pollWithBob();
  const late = await (await joinPoll(system, admin.pollID, 'Dan')).connect(bob.deltas({}));
  const seen = { whole: bob.polls.length, deltas: late.changes.length };
  const begin = Date.now();
  const people = await Promise.all(Array.from({ length: 60 }, () => GrpcPerson.join(system, polls, admin.pollID, 'P')));
  await Promise.all(people.map((person) => person.call('AddParticipant')));
  const revisions = await Promise.all(people.map(async (person, index) =>
    (await person.call('AddNomination', { text: `Option ${index}` })).revision));
  const last = Math.max(...revisions);
  const all = (state) => state.revision >= last && Object.keys(state.nominations).length === 60;
  await Promise.all([bob, late].map((person) => person.sees('everything', all)));
  // One message an interval, and one more that was due.
  const most = Math.floor((Date.now() - begin) / kIntervalMs) + 2;
  assert.ok(bob.polls.length - seen.whole <= most, `${bob.polls.length - seen.whole} states, not ${most}`);
  assert.ok(late.changes.length - seen.deltas <= most, `${late.changes.length - seen.deltas} messages, not ${most}`);
  for (const person of [bob, late]) {
    for (const [index, state] of person.polls.slice(1).entries()) {
      assert.ok(state.revision > person.polls[index].revision, 'a revision did not grow');
    }
  }
});

it('§0.6 A removed person is banned until the admin lifts it, and then comes back with the same token', async () => {
  const { admin, bob } = await pollWithBob();
  await bob.fails('lift_ban', [{ id: bob.userID }], 'Unauthorized', 'ADMIN_REQUIRED');
  await admin.fails('lift_ban', [{ id: bob.userID }], 'NotFound', 'PARTICIPANT_NOT_FOUND');
  await bob.nominate('Tea');
  await admin.does('remove_participant', { id: bob.userID });
  await eventually('Bob is disconnected', () => bob.count('disconnect') === 1);
  bob.clear();
  assert.equal((await bob.refused()).data.reason, 'REMOVED_FROM_POLL');
  await callFails(polls.call('RejoinPoll', { access_token: bob.token }), code.PERMISSION_DENIED, 'REMOVED_FROM_POLL');
  await admin.does('lift_ban', { id: bob.userID });
  bob.clear();
  await bob.connect();
  const poll = await admin.sees('Bob again', (state) => bob.userID in state.participants);
  assert.deepEqual(Object.values(poll.nominations).map(({ text }) => text), ['Tea']);
  await bob.nominate('Rum');
  await admin.fails('lift_ban', [{ id: bob.userID }], 'NotFound', 'PARTICIPANT_NOT_FOUND');
});

it('§0.7 Results are counted once and are the same for ever, at every replica and after a crash', async () => {
  const other = pollsClient(replica);
  const admin = await GrpcPerson.create(system, polls, { votes_per_voter: 1, rules: { method: 'METHOD_INSTANT_RUNOFF' } });
  await admin.call('AddParticipant');
  const bob = await GrpcPerson.join(system, polls, admin.poll_id, 'Bob');
  await bob.call('AddParticipant');
  const ids = [];
  for (const text of ['Tea', 'Rum', 'Milk']) ids.push((await admin.call('AddNomination', { text })).nomination_id);
  await callFails(admin.call('GetTally'), code.FAILED_PRECONDITION, 'WRONG_STATE');
  await admin.call('StartVote');
  await admin.call('SubmitRankings', { rankings: [ids[0]] });
  await bob.call('SubmitRankings', { rankings: [ids[1]] });
  await admin.call('ClosePoll');
  const read = async (at) => [(await bob.call('GetPoll', {}, at)).poll, (await bob.call('GetTally', {}, at)).tally];
  const first = await read(polls);
  assert.equal(first[0].results.length, 3);
  assert.ok(first[1].rounds.some(({ ties }) => ties.length > 0), 'nothing was drawn');
  await callFails(admin.call('ClosePoll', {}, other), code.FAILED_PRECONDITION, 'WRONG_STATE');
  assert.deepEqual(await read(other), first);
  await system.polls.kill9();
  await system.polls.start();
  assert.deepEqual(await eventually('an answer', () => read(polls)), first);
});

it('§0.7 Closing with no votes closes', async () => {
  for (const method of ['METHOD_WEIGHTED', 'METHOD_INSTANT_RUNOFF', 'METHOD_STV_SCOTTISH', 'METHOD_SCHULZE']) {
    const admin = await (await createPoll(system, { votesPerVoter: 1, rules: { method } })).connect();
    await admin.nominate('Tea');
    await admin.does('start_vote');
    await admin.does('close_poll');
    const poll = await admin.sees('the end', (state) => state.state === 'STATE_CLOSED');
    assert.deepEqual(poll.results, []);
    const { tally } = await admin.call('get_tally');
    assert.deepEqual([tally.ballots, tally.rounds, tally.standings], [0, [], []]);
    admin.socket.close();
  }
});

it('§0.8 Voting needs as many nominations as a ballot has places and as there are seats', async () => {
  for (const [options, needed] of [[{ votesPerVoter: 3 }, 3], [{ votesPerVoter: 1, rules: { seats: 2 } }, 2]]) {
    const { admin, bob } = await pollWithBob(options);
    for (let index = 0; index < needed; index += 1) {
      const { message } = await admin.fails('start_vote', [], 'Conflict', 'TOO_FEW_NOMINATIONS');
      assert.equal(message, `Voting needs at least ${needed} nominations`);
      await bob.nominate(`Option ${index}`);
    }
    await bob.fails('nominate', [{ text: '  OPTION   0 ' }], 'Conflict', 'NOMINATION_EXISTS');
    await admin.does('start_vote');
    await bob.fails('nominate', [{ text: 'Late' }], 'Conflict', 'WRONG_STATE');
    await admin.does('close_poll');
    await bob.fails('nominate', [{ text: 'Later' }], 'Conflict', 'WRONG_STATE');
  }
});

it('§0.8 One person may nominate 20 options, and a poll have 200', async () => {
  const admin = await GrpcPerson.create(system, polls);
  const people = await Promise.all(Array.from({ length: 10 }, () => GrpcPerson.join(system, polls, admin.poll_id, 'P')));
  await Promise.all([admin, ...people].map((person) => person.call('AddParticipant')));
  await Promise.all(people.map((person, who) => Promise.all(Array.from({ length: 20 }, (_, index) =>
    person.call('AddNomination', { text: `Option ${index} of ${who}` })))));
  await callFails(admin.call('AddNomination', { text: 'One more' }), code.RESOURCE_EXHAUSTED, 'LIMIT_REACHED');
  const { poll } = await admin.call('GetPoll');
  assert.equal(Object.keys(poll.nominations).length, 200);
  const [id] = Object.entries(poll.nominations).find(([, nomination]) => nomination.user_id === people[0].userID);
  await admin.call('RemoveNomination', { id });
  await callFails(people[1].call('AddNomination', { text: 'My 21st' }), code.RESOURCE_EXHAUSTED, 'LIMIT_REACHED');
  await people[0].call('AddNomination', { text: 'My 20th again' });

  const web = await (await createPoll(system)).connect();
  for (let index = 0; index < 20; index += 1) await web.nominate(`Option ${index}`);
  await web.fails('nominate', [{ text: 'One more' }], 'TooManyRequests', 'LIMIT_REACHED');
});

it('§0.10 Text is trimmed, lengths count code points, and control characters are refused', async () => {
  const admin = await (await createPoll(system, { topic: `\u3000${'😀'.repeat(100)} `, name: ' Zoë\u00a0' })).connect();
  assert.equal(admin.poll.topic, '😀'.repeat(100));
  const li = await (await joinPoll(system, admin.pollID, '李雷')).connect();
  const flags = await (await joinPoll(system, admin.pollID, '👩‍👩‍👧‍👦'.repeat(3))).connect();
  assert.deepEqual([admin.name, li.name, flags.name], ['Zoë', '李雷', '👩‍👩‍👧‍👦'.repeat(3)]);
  const { participants } = await admin.sees('all three', (state) => Object.keys(state.participants).length === 3);
  assert.deepEqual(participants, {
    [admin.userID]: 'Zoë', [li.userID]: '李雷', [flags.userID]: '👩‍👩‍👧‍👦'.repeat(3),
  });
  const id = await li.nominate(`\u2003${'𝒳'.repeat(100)}  `);
  const poll = await admin.sees('the nomination', (state) => id in state.nominations);
  assert.equal(poll.nominations[id].text, '𝒳'.repeat(100));
  const { message } = await li.fails('nominate', [{ text: '𝒳'.repeat(101) }], 'BadRequest');
  assert.deepEqual(message, ['text must be shorter than or equal to 100 characters']);
  for (const text of ['a\u0000b', 'a\u0007', 'a\u001b[31mb', 'a\u007fb', 'a\u0085b', ' \u3000\u200b', '']) {
    await li.fails('nominate', [{ text }], 'BadRequest');
  }
});

it('§0.12 Every event has an ack, whether it succeeds, fails or means nothing', async () => {
  const { admin, bob } = await pollWithBob({ votesPerVoter: 1 });
  const tea = await admin.nominate('Tea');
  const table = [
    ['get_poll', { view: 'POLL_VIEW_BASIC' }], ['nominate', { text: 'Mud' }], ['remove_participant', { id: bob.userID }],
    ['lift_ban', { id: bob.userID }], ['start_vote', {}], ['submit_rankings', { rankings: [tea] }], ['close_poll', {}],
    ['get_tally', {}], ['export_poll', { format: 'FORMAT_BLT' }], ['export_poll', { format: 'FORMAT_CSV' }],
    ['export_poll', { format: 'FORMAT_RCTAB_JSON' }], ['cancel_poll', {}],
  ];
  for (const [event, request] of table) {
    for (const wrong of [[], [null], ['text'], [{ id: 5, text: {}, rankings: 1, view: 'x', format: 'x', requestID: [] }]]) {
      if (event === 'cancel_poll' || event.endsWith('_poll') || event === 'start_vote' || event === 'get_tally') break;
      assert.ok((await bob.call(event, ...wrong)).error?.type, `${event} ${JSON.stringify(wrong)}`);
    }
    const answer = await admin.call(event, request);
    assert.equal(answer.error, undefined, `${event}: ${JSON.stringify(answer)}`);
  }
  await admin.fails('get_poll', [], 'NotFound', 'POLL_NOT_FOUND');
  const other = await (await createPoll(system)).connect();
  await other.fails('get_poll', [{ view: 'POLL_VIEW_OF_MINE' }], 'BadRequest');
  for (const format of [undefined, 'FORMAT_UNSPECIFIED', 'FORMAT_PDF', 99, 'x']) {
    const { error } = await other.call('export_poll', { format });
    assert.ok(['BadRequest', 'Conflict'].includes(error?.type), `${format}: ${JSON.stringify(error)}`);
  }
  const unknown = await admin.call('no_such_event', {}).catch((error) => ({ error }));
  assert.ok(unknown.error?.type, `an unknown event: ${JSON.stringify(unknown)}`);
});
