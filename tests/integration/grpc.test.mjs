// The services through gRPC alone, and one poll driven half by gRPC, half by Socket.IO.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertExampleResults, kBallots, kTexts, kVotesPerVoter } from './support/example.mjs';
import { authClient, callFails as fails, code, pollsClient } from './support/grpc.mjs';
import { claimsOf, joinPoll, Person } from './support/person.mjs';
import { edgeMissing, System, testOn } from './support/system.mjs';
import { eventually, within } from './support/wait.mjs';

let system;
let polls;
before(async () => {
  system = await System.start({ edge: !edgeMissing });
  polls = pollsClient(system);
});
after(() => system?.stop());
const it = testOn(() => system);

async function create({ topic = 'Where to eat?', votes_per_voter = 3, name = 'Ann' } = {}) {
  const { poll, access_token } = await polls.call('CreatePoll', { topic, votes_per_voter, name });
  system.secrets.add(access_token);
  return { poll_id: poll.id, token: access_token, userID: claimsOf(access_token).sub, poll };
}

async function join(poll_id, name) {
  const { poll, access_token } = await polls.call('JoinPoll', { poll_id, name });
  system.secrets.add(access_token);
  return { poll_id, token: access_token, userID: claimsOf(access_token).sub, poll };
}

// Calls as a person, on that person's poll.
function as(person, method, request = {}) {
  return polls.call(method, { poll_id: person.poll_id, ...request }, { token: person.token });
}

it('A whole poll by gRPC alone counts as the example says', async () => {
  const admin = await create({ votes_per_voter: kVotesPerVoter });
  assert.equal(admin.poll.admin_id, admin.userID);
  assert.deepEqual(admin.poll.participants, {});
  const people = [];
  for (const name of ['Bob', '李雷', 'Dan', 'Eve']) people.push(await join(admin.poll_id, name));
  for (const person of [admin, ...people]) await as(person, 'AddParticipant');
  const ids = [];
  for (const text of kTexts) ids.push((await as(admin, 'AddNomination', { text })).nomination_id);
  const extra = await as(people[0], 'AddNomination', { text: 'A mistake' });
  await as(admin, 'RemoveNomination', { id: extra.nomination_id });
  await as(admin, 'StartVote');
  for (const [index, ballot] of kBallots.entries()) {
    await as(people[index], 'SubmitRankings', { rankings: ballot.map((choice) => ids[choice]) });
  }
  const { revision } = await as(admin, 'ClosePoll');
  const { poll } = await as(people[1], 'GetPoll');
  assertExampleResults(poll.results);
  assert.ok(poll.revision >= revision);
  assert.equal(poll.state, 'STATE_CLOSED');
  assert.equal(poll.participants[people[1].userID], '李雷');
});

it('A stream begins with the state, follows changes, and ends when the poll is cancelled', async () => {
  const admin = await create();
  await as(admin, 'AddParticipant');
  const watch = polls.stream('WatchPoll', { poll_id: admin.poll_id }, { token: admin.token });
  await eventually('the first state', () => watch.messages.length > 0);
  assert.equal(watch.messages[0].event, 'poll_updated');
  assert.equal(watch.messages[0].poll_updated.participants[admin.userID], 'Ann');
  assert.equal(watch.messages[0].revision, watch.messages[0].poll_updated.revision);
  const { revision } = await as(admin, 'AddNomination', { text: 'Tea' });
  await eventually('the change', () => watch.messages.at(-1).revision >= revision);
  assert.equal(Object.keys(watch.messages.at(-1).poll_updated.nominations).length, 1);

  const later = polls.stream('WatchPoll', { poll_id: admin.poll_id, revision }, { token: admin.token });
  await as(admin, 'CancelPoll');
  for (const stream of [watch, later]) {
    assert.equal((await within('the stream ends', stream.done)).code, code.OK);
    assert.equal(stream.messages.at(-1).event, 'poll_cancelled');
  }
  assert.ok(later.messages.every((message) => message.event === 'poll_cancelled' || message.revision > revision));
  await fails(as(admin, 'GetPoll'), code.NOT_FOUND, 'POLL_NOT_FOUND');
  const gone = polls.stream('WatchPoll', { poll_id: admin.poll_id }, { token: admin.token });
  assert.equal((await within('the stream ends', gone.done)).code, code.NOT_FOUND);
});

it('A newcomer is told of a revision that the stream has reached or will reach by itself', async () => {
  const admin = await create();
  const watch = polls.stream('WatchPoll', { poll_id: admin.poll_id }, { token: admin.token });
  // An edge keeps from a newcomer every state older than this revision: without a newer one it would see nothing.
  for (const connection_id of ['tab 1', 'tab 2', 'tab 2', '']) {
    const { revision } = await as(admin, 'AddParticipant', { connection_id, edge_id: 'edge' });
    await eventually(`revision ${revision} of connection '${connection_id}'`,
      () => watch.messages.at(-1)?.revision >= revision, { deadlineMs: 5_000 });
  }
  watch.cancel();
});

it('Every refusal has its code, its reason and its fields', async () => {
  const admin = await create({ votes_per_voter: 2 });
  const bob = await join(admin.poll_id, 'Bob');
  await fails(as(bob, 'AddNomination', { text: 'Tea' }), code.FAILED_PRECONDITION, 'NOT_A_PARTICIPANT');
  await as(admin, 'AddParticipant');
  await as(bob, 'AddParticipant');
  await fails(polls.call('CreatePoll', {}), code.INVALID_ARGUMENT, undefined, [
    'topic must be longer than or equal to 1 characters',
    'votesPerVoter must not be less than 1',
    'name must be longer than or equal to 1 characters',
  ]);
  await fails(polls.call('CreatePoll', { topic: 'é'.repeat(101), votes_per_voter: 6, name: '😀'.repeat(26) }),
    code.INVALID_ARGUMENT, undefined, [
      'topic must be shorter than or equal to 100 characters',
      'votesPerVoter must not be greater than 5',
      'name must be shorter than or equal to 25 characters',
    ]);
  await polls.call('CreatePoll', { topic: 'é'.repeat(100), votes_per_voter: 5, name: '😀'.repeat(25) });
  await fails(polls.call('JoinPoll', { poll_id: 'ABC', name: 'x' }), code.INVALID_ARGUMENT, undefined,
    ['pollID must be longer than or equal to 6 characters']);
  await fails(polls.call('JoinPoll', { poll_id: 'ZZZZZZ', name: 'x' }), code.NOT_FOUND, 'POLL_NOT_FOUND');
  await fails(polls.call('JoinPoll', { poll_id: 'a:b*c?', name: 'x' }), code.NOT_FOUND);
  await fails(polls.call('RejoinPoll', { access_token: 'bad' }), code.PERMISSION_DENIED, 'TOKEN_INVALID');
  await fails(polls.call('RejoinPoll', {}), code.PERMISSION_DENIED, 'TOKEN_INVALID');
  await fails(polls.call('GetPoll', { poll_id: admin.poll_id }), code.UNAUTHENTICATED, 'TOKEN_INVALID');
  await fails(polls.call('GetPoll', { poll_id: admin.poll_id }, { token: 'bad' }), code.UNAUTHENTICATED, 'TOKEN_INVALID');
  const other = await create();
  await fails(polls.call('GetPoll', { poll_id: other.poll_id }, { token: bob.token }), code.PERMISSION_DENIED, 'WRONG_POLL');
  for (const [method, request] of [['StartVote'], ['ClosePoll'], ['CancelPoll'], ['RemoveNomination', { id: 'x' }],
    ['RemoveParticipant', { id: 'x' }]]) {
    await fails(as(bob, method, request), code.PERMISSION_DENIED, 'ADMIN_REQUIRED');
  }
  await fails(as(bob, 'AddNomination', { text: ' \t ' }), code.INVALID_ARGUMENT);
  await fails(as(bob, 'AddNomination', { text: 'a\u0000b' }), code.INVALID_ARGUMENT);
  const { nomination_id: tea } = await as(bob, 'AddNomination', { text: 'Green  Tea' });
  await fails(as(admin, 'AddNomination', { text: ' green tea ' }), code.ALREADY_EXISTS, 'NOMINATION_EXISTS');
  await fails(as(admin, 'RemoveNomination', { id: 'nothing' }), code.NOT_FOUND, 'NOMINATION_NOT_FOUND');
  await fails(as(admin, 'StartVote'), code.FAILED_PRECONDITION, 'TOO_FEW_NOMINATIONS');
  await fails(as(admin, 'ClosePoll'), code.FAILED_PRECONDITION, 'WRONG_STATE');
  const { nomination_id: milk } = await as(bob, 'AddNomination', { text: 'Milk' });
  await fails(as(bob, 'SubmitRankings', { rankings: [tea] }), code.FAILED_PRECONDITION, 'WRONG_STATE');
  await as(admin, 'StartVote');
  await fails(as(admin, 'StartVote'), code.FAILED_PRECONDITION, 'WRONG_STATE');
  for (const rankings of [[], [tea, tea], [tea, 'unknown1'], [''], Array(60).fill(tea), [tea, milk, tea]]) {
    await fails(as(bob, 'SubmitRankings', { rankings }), code.INVALID_ARGUMENT);
  }
  await as(bob, 'SubmitRankings', { rankings: [milk, tea] });
  await fails(as(bob, 'SubmitRankings', { rankings: [tea] }), code.ALREADY_EXISTS, 'ALREADY_VOTED');
  await as(admin, 'ClosePoll');
  const first = (await as(bob, 'GetPoll')).poll;
  await fails(as(admin, 'ClosePoll'), code.FAILED_PRECONDITION, 'WRONG_STATE');
  await fails(as(admin, 'SubmitRankings', { rankings: [tea] }), code.FAILED_PRECONDITION, 'WRONG_STATE');
  assert.deepEqual((await as(bob, 'GetPoll')).poll.results, first.results);
});

it('Nobody but a service is given a token', async () => {
  const auth = authClient(system);
  const request = { subject: 'me', lifetime: { seconds: 60 } };
  for (const token of [undefined, 'guess', '']) {
    const error = await auth.call('IssueToken', request, { token }).catch((failure) => failure);
    assert.equal(error.code, code.UNAUTHENTICATED);
    assert.equal(error.caucus.ErrorInfo.reason, 'SERVICE_KEY_REQUIRED');
  }
  const error = await auth.call('VerifyToken', { token: 'bad' }).catch((failure) => failure);
  assert.equal(error.code, code.UNAUTHENTICATED);
  const { keys } = JSON.parse((await auth.call('GetJwks', {})).jwks_json);
  assert.ok(keys.length > 0);
  for (const key of keys) assert.equal(key.d, undefined, 'a private key is published');
});

it('One poll, half by gRPC and half by Socket.IO', { skip: edgeMissing }, async () => {
  const admin = await create({ votes_per_voter: kVotesPerVoter });
  await as(admin, 'AddParticipant');
  const overGrpc = [await join(admin.poll_id, 'Bob'), await join(admin.poll_id, 'Cid')];
  for (const person of overGrpc) await as(person, 'AddParticipant');
  const overSocket = [await joinPoll(system, admin.poll_id, 'Dan')];
  const eve = await join(admin.poll_id, 'Eve');
  overSocket.push(new Person(system, { poll: { id: admin.poll_id }, accessToken: eve.token }));
  for (const person of overSocket) await person.connect();
  await overSocket[0].sees('all five', (state) => Object.keys(state.participants).length === 5);

  const ids = [];
  for (const [index, text] of kTexts.entries()) {
    const person = [...overGrpc, ...overSocket][index];
    ids.push(index < 2 ? (await as(person, 'AddNomination', { text })).nomination_id : await person.nominate(text));
  }
  await overSocket[0].fails('nominate', [{ text: 'taco' }], 'Conflict', 'NOMINATION_EXISTS');
  await as(admin, 'StartVote');
  await overSocket[1].sees('voting', (state) => state.state === 'STATE_VOTING');
  for (const [index, ballot] of kBallots.entries()) {
    const rankings = ballot.map((choice) => ids[choice]);
    if (index < 2) await as(overGrpc[index], 'SubmitRankings', { rankings });
    else await overSocket[index - 2].does('submit_rankings', { rankings });
  }
  await fails(as(eve, 'SubmitRankings', { rankings: [ids[0]] }), code.ALREADY_EXISTS, 'ALREADY_VOTED');
  await as(admin, 'ClosePoll');
  for (const person of overSocket) {
    assertExampleResults((await person.sees('results', (state) => state.results.length > 0)).results);
  }
  assertExampleResults((await as(overGrpc[0], 'GetPoll')).poll.results);
});
