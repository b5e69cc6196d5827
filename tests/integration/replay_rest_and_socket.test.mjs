// Replays traces/rest_and_socket_happy_path_and_misuse.json: 56 steps recorded from the original.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { http, post } from './support/http.mjs';
import { createPoll, claimsOf, joinPoll, Person } from './support/person.mjs';
import { assertLike, learnNominations, learnPoll, Names, pollAsChanged, replay } from './support/replay.mjs';
import { System } from './support/system.mjs';
import { trace } from './support/traces.mjs';
import { eventually } from './support/wait.mjs';

const kTrace = trace('rest_and_socket_happy_path_and_misuse.json');

let system;
before(async () => {
  if (kTrace.steps) system = await System.start();
});
after(() => system?.stop());

const names = new Names();
let admin;
let bob;
let cid;
let voting;

const likePoll = (actual, recorded, changes) => assertLike(actual, pollAsChanged(recorded, changes), names);

// A REST step that must answer as it did.
const sameRest = (path) => async ({ request, status, response }) => {
  const answer = await post(system, path, request);
  assert.deepEqual([answer.status, answer.json], [status, response]);
};

// A misuse by Bob that must be answered by the same exception, and reach nobody else.
async function sameMisuse({ step, replies, ...recorded }) {
  const seen = admin.polls.length;
  const args = 'payload' in recorded ? [recorded.payload] : [];
  const exception = await bob.exceptionAfter(step.split(' ').at(-1), ...args);
  const { reason, ...rest } = exception;
  assert.deepEqual(rest, replies[0][1]);
  assert.equal(admin.polls.length, seen, 'the admin saw something');
}

// The last recorded state is what `person` comes to see; updates may be coalesced (POLLS.md §0.4).
const comesToSee = (who, changes) => async ({ events }) => {
  const recorded = events.at(-1)[1];
  await eventually('the recorded state', () => {
    likePoll(who().poll, recorded, changes?.(recorded));
    return true;
  });
};

const withoutLate = ({ nominations, rankings }) => ({
  nominations: Object.fromEntries(Object.entries(nominations).filter(([, { text }]) => text !== 'late nomination')),
  rankings,
});

// In a fresh poll of three people who are voting, with nominations' ids.
async function freshVoting(votesPerVoter) {
  const chair = await (await createPoll(system, { votesPerVoter })).connect();
  const voter = await (await joinPoll(system, chair.pollID, 'Bob')).connect();
  const ids = [];
  for (const text of ['A', 'B', 'C', 'D']) ids.push(await chair.nominate(text));
  await chair.does('start_vote');
  await voter.sees('voting', (state) => state.hasStarted);
  return { chair, voter, ids };
}

// A bad ballot is refused and leaves nothing behind.
async function ballotRefused(...args) {
  const exception = await voting.voter.exceptionAfter('submit_rankings', ...args);
  assert.equal(exception.type, 'BadRequest', JSON.stringify(exception));
  assert.ok(Array.isArray(exception.message), JSON.stringify(exception));
  assert.deepEqual((await post(system, '/polls/rejoin', { accessToken: voting.chair.token })).json.rankings, {});
}

const kBallotChange = '§0.2 a ballot is 1..votesPerVoter distinct ids of nominations, or it is refused';

const kTable = [
  { step: 'create: empty fields', run: sameRest('/polls') },
  { step: 'create: too long', run: sameRest('/polls') },
  { step: 'create: wrong types', run: sameRest('/polls') },
  { step: 'create: non-integer votes', run: sameRest('/polls') },
  { step: 'create: empty object', run: sameRest('/polls') },
  {
    step: 'create: malformed JSON',
    // The words were those of Node's own JSON parser; what is kept is that it is one plain string (§1.3).
    run: async ({ request, status, response }) => {
      const answer = await post(system, '/polls', request);
      assert.equal(answer.status, status);
      assert.equal(typeof answer.json.message, 'string');
      assert.deepEqual({ ...answer.json, message: '' }, { ...response, message: '' });
    },
  },
  { step: 'join: short id', run: sameRest('/polls/join') },
  {
    step: 'join: unknown poll',
    change: '§0.9 an unknown poll gives HTTP 404',
    run: async ({ request }) => {
      const { status, json } = await post(system, '/polls/join', request);
      assert.deepEqual([status, json], [404, { statusCode: 404, message: 'Poll not found', error: 'Not Found' }]);
    },
  },
  { step: 'rejoin: bad token', run: sameRest('/polls/rejoin') },
  { step: 'rejoin: no token', run: sameRest('/polls/rejoin') },
  {
    step: 'GET /polls',
    run: async ({ status, response }) => {
      const answer = await http(system, { path: '/polls' });
      assert.deepEqual([answer.status, JSON.parse(answer.body)], [status, response]);
    },
  },
  {
    step: 'create ok',
    run: async ({ request, status, response }) => {
      const answer = await post(system, '/polls', request);
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(answer.json).sort(), Object.keys(response).sort());
      learnPoll(names, response.poll, answer.json.poll);
      likePoll(answer.json.poll, response.poll);
      assert.match(answer.json.poll.id, /^[0-9A-Z]{6}$/);
      admin = new Person(system, answer.json);
      assert.equal(admin.userID, answer.json.poll.adminID);
    },
  },
  {
    step: 'jwt claims',
    // The algorithm is DESIGN.md §4's: EdDSA or ES256, and `kid` on every token. Further claims may come.
    run: async ({ payload }) => {
      const claims = claimsOf(admin.token);
      for (const name of Object.keys(payload)) assert.equal(typeof claims[name], typeof payload[name], name);
      assert.deepEqual([claims.pollID, claims.name, claims.sub], [admin.pollID, payload.name, names.of(payload.sub)]);
      assert.match(claims.sub, /^[A-Za-z0-9_-]{21}$/);
      assert.ok(Math.abs(claims.exp - claims.iat - (payload.exp - payload.iat)) <= 1, `lives ${claims.exp - claims.iat} s`);
      const header = JSON.parse(Buffer.from(admin.token.split('.')[0], 'base64url'));
      assert.ok(header.kid && ['EdDSA', 'ES256'].includes(header.alg), JSON.stringify(header));
    },
  },
  ...['join ok', 'join ok 3'].map((step) => ({
    step,
    run: async ({ request, status, response }) => {
      const answer = await post(system, '/polls/join', { ...request, pollID: names.of(request.pollID) });
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(answer.json).sort(), Object.keys(response).sort());
      likePoll(answer.json.poll, response.poll);
      const person = new Person(system, answer.json);
      names.learn(claimsOf(response.accessToken).sub, person.userID);
      if (request.name === 'Bob') bob = person;
      else cid = person;
    },
  })),
  {
    step: 'join: lower-case id',
    change: '§1.2 lower case gave 500; the contract reads small letters as capitals',
    run: async ({ request }) => {
      const answer = await post(system, '/polls/join', { ...request, pollID: admin.pollID.toLowerCase() });
      assert.deepEqual([answer.status, answer.json.poll.id], [201, admin.pollID]);
    },
  },
  ...[['socket: invalid token', { token: 'bad' }], ['socket: no token', {}]].map(([step, auth]) => ({
    step,
    run: async ({ events }) => {
      const stranger = admin.tab();
      const error = await stranger.refused({ auth });
      assert.equal(error.message, events[0][1].message);
    },
  })),
  {
    step: 'admin connect',
    run: async ({ events }) => {
      await admin.connect();
      assert.deepEqual(admin.events.map(([name]) => name), events.map(([name]) => name));
      likePoll(admin.poll, events[1][1]);
    },
  },
  {
    step: 'admin sees bob',
    run: async (recorded) => {
      await bob.connect({ auth: {}, extraHeaders: { token: bob.token } });
      await comesToSee(() => admin)(recorded);
    },
  },
  {
    step: 'bob connect (token in header)',
    run: async ({ events }) => {
      assert.deepEqual(bob.events.slice(0, 2).map(([name]) => name), events.map(([name]) => name));
      likePoll(bob.polls[0], events[1][1]);
    },
  },
  {
    step: 'events@admin',
    run: async (recorded) => {
      await cid.connect();
      await comesToSee(() => admin)(recorded);
    },
  },
  { step: 'events@bob', run: comesToSee(() => bob) },
  {
    step: 'events@cid',
    run: async ({ events }) => {
      assert.deepEqual(cid.events.slice(0, 2).map(([name]) => name), events.map(([name]) => name));
      likePoll(cid.polls[0], events[1][1]);
    },
  },
  {
    step: 'rejoin ok',
    run: async ({ status, response }) => {
      const answer = await post(system, '/polls/rejoin', { accessToken: bob.token });
      assert.equal(answer.status, status);
      likePoll(answer.json, response);
    },
  },
  ...Array.from({ length: 6 }, () => ({ step: 'bob(non-admin) emits nominate', run: sameMisuse })),
  ...['start_vote', 'remove_nomination', 'remove_participant', 'close_poll', 'cancel_poll'].map((event) => ({
    step: `bob(non-admin) emits ${event}`, run: sameMisuse,
  })),
  {
    step: 'bob(non-admin) emits unknown_event',
    run: async ({ payload, replies }) => {
      assert.deepEqual(replies, []);
      const before = bob.events.length;
      bob.socket.emit('unknown_event', payload);
      // Events of one socket are answered in order: had there been an answer, it would stand before this one.
      await bob.exceptionAfter('nominate', {});
      const exceptions = bob.events.slice(before).filter(([name]) => name === 'exception');
      assert.deepEqual(exceptions.map(([, { type }]) => type), ['BadRequest']);
    },
  },
  {
    step: 'submit_rankings BEFORE start is accepted',
    change: '§0.2 no ballot before the start',
    run: async () => {
      const exception = await bob.exceptionAfter('submit_rankings', { rankings: ['nope'] });
      assert.deepEqual([exception.type, exception.reason], ['Conflict', 'WRONG_STATE']);
      assert.deepEqual((await post(system, '/polls/rejoin', { accessToken: admin.token })).json.rankings, {});
    },
  },
  {
    step: '4 nominations',
    run: async ({ events }) => {
      for (const text of ['Taco', 'Pizza', 'Sushi', 'Thai']) admin.socket.emit('nominate', { text });
      const poll = await admin.sees('four nominations', (state) => Object.keys(state.nominations).length === 4);
      learnNominations(names, events.at(-1)[1].nominations, poll.nominations);
      likePoll(poll, events.at(-1)[1], { rankings: {} });
    },
  },
  {
    step: 'state before start',
    run: async ({ status, response }) => {
      const answer = await post(system, '/polls/rejoin', { accessToken: admin.token });
      assert.equal(answer.status, status);
      likePoll(answer.json, response, { rankings: {} });
    },
  },
  {
    step: 'remove_nomination',
    run: async (recorded) => {
      const [id] = Object.entries(admin.poll.nominations).find(([, { text }]) => text === 'Thai');
      admin.socket.emit('remove_nomination', { id });
      await comesToSee(() => admin, () => ({ rankings: {} }))(recorded);
    },
  },
  {
    step: 'state',
    // Thai was nominated again between the recorded steps.
    run: async ({ status, response }) => {
      await admin.nominate('Thai');
      const answer = await post(system, '/polls/rejoin', { accessToken: admin.token });
      assert.equal(answer.status, status);
      learnNominations(names, response.nominations, answer.json.nominations);
      likePoll(answer.json, response, { rankings: {} });
    },
  },
  {
    step: 'start_vote with ack',
    change: '§0.12 every event may be called with an ack and gets one; the update is as recorded',
    run: async (recorded) => {
      assert.equal(recorded.acked, false);
      assert.deepEqual(Object.keys(await admin.does('start_vote')), ['revision']);
      await comesToSee(() => admin, () => ({ rankings: {} }))(recorded);
    },
  },
  {
    step: 'nominate AFTER start is accepted',
    change: '§0.8 nominating ends when voting starts',
    run: async () => {
      const exception = await bob.exceptionAfter('nominate', { text: 'late nomination' });
      assert.deepEqual([exception.type, exception.reason], ['Conflict', 'WRONG_STATE']);
      assert.equal(Object.keys(bob.poll.nominations).length, 4);
    },
  },
  {
    step: 'all voted',
    run: async (recorded) => {
      const voters = { Ekb5dHca2skJIsIOjBchN: admin, EPT_3qD30MgX2GEYdDsLG: bob, '7slJpuG18ldvIdADHS6Iv': cid };
      const { rankings } = recorded.events.at(-1)[1];
      for (const [user, ballot] of Object.entries(rankings)) {
        voters[user].socket.emit('submit_rankings', { rankings: ballot.map((id) => names.of(id)) });
      }
      await eventually('the recorded state', () => {
        likePoll(cid.poll, recorded.events.at(-1)[1], { nominations: withoutLate(recorded.events.at(-1)[1]).nominations });
        return true;
      });
      assert.equal(cid.exceptions.length, 0);
    },
  },
  {
    step: 'second submit_rankings overwrites',
    change: '§0.2 one ballot per person',
    run: async ({ events }) => {
      const again = events.at(-1)[1].rankings['7slJpuG18ldvIdADHS6Iv'].map((id) => names.of(id));
      const exception = await cid.exceptionAfter('submit_rankings', { rankings: again });
      assert.deepEqual([exception.type, exception.reason], ['Conflict', 'ALREADY_VOTED']);
    },
  },
  {
    step: 'close_poll',
    run: async ({ events }) => {
      admin.socket.emit('close_poll');
      const poll = await admin.sees('results', (state) => state.results.length > 0);
      likePoll(poll, events[0][1], { nominations: withoutLate(events[0][1]).nominations });
      assert.equal(poll.state, 'STATE_CLOSED');
    },
  },
  {
    step: 'close again after 60x stuffed ballot (votesPerVoter=3)',
    change: '§0.2 ballots are bounded, none after the close; §0.7 results never change',
    run: async () => {
      const [thai] = Object.entries(admin.poll.nominations).find(([, { text }]) => text === 'Thai');
      const stuffed = { rankings: Array(60).fill(thai) };
      const { results } = admin.poll;
      assert.ok(['BadRequest', 'Conflict'].includes((await bob.exceptionAfter('submit_rankings', stuffed)).type));
      await bob.fails('submit_rankings', [{ rankings: [thai] }], 'Conflict', 'WRONG_STATE');
      await admin.fails('close_poll', [], 'Conflict', 'WRONG_STATE');
      const after = (await post(system, '/polls/rejoin', { accessToken: admin.token })).json;
      assert.deepEqual(after.results, results);
      voting = await freshVoting(3);
      await ballotRefused({ rankings: Array(60).fill(voting.ids[0]) });
      await ballotRefused({ rankings: Array(3).fill(voting.ids[0]) });
    },
  },
  {
    step: 'close_poll with unknown nominationID',
    change: `${kBallotChange}, so that a poll can always be closed`,
    run: () => ballotRefused({ rankings: ['nope'] }),
  },
  ...[[{}], [{ rankings: 'abc' }], [{ rankings: null }], [{ rankings: 5 }], []].map((args) => ({
    step: 'submit_rankings bad payload',
    change: kBallotChange,
    run: ({ payload }) => {
      assert.deepEqual(args, payload === '(none)' ? [] : [payload]);
      return ballotRefused(...args);
    },
  })),
  {
    step: 'close_poll with non-array ranking',
    change: `${kBallotChange}, so that a poll can always be closed; §0.7 closing with no votes still closes`,
    run: async () => {
      await voting.chair.does('close_poll');
      const poll = await voting.voter.sees('the close', (state) => state.state === 'STATE_CLOSED');
      assert.deepEqual([poll.results, poll.rankings], [[], {}]);
    },
  },
  {
    step: 'disconnect after start: no event',
    run: async ({ events }) => {
      assert.deepEqual(events, []);
      const { chair, voter, ids } = await freshVoting(1);
      const eve = await (await joinPoll(system, chair.pollID, 'Eve')).connect();
      await chair.sees('Eve', (state) => eve.userID in state.participants);
      const before = chair.polls.length;
      voter.socket.close();
      await eve.does('submit_rankings', { rankings: [ids[0]] });
      const poll = await chair.sees('the vote', (state) => eve.userID in state.rankings);
      assert.equal(poll.participants[voter.userID], 'Bob');
      assert.equal(chair.polls.length, before + 1, 'leaving was announced');
    },
  },
];

test('rest_and_socket_happy_path_and_misuse.json', { skip: kTrace.missing, timeout: 120_000 }, async (t) => {
  await replay(t, kTrace.steps, kTable, system);
});
