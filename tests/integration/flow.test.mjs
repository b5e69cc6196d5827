// A whole poll with the unmodified npm client, over each of its transports.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertExampleResults, kBallots, kTexts, kVotesPerVoter } from './support/example.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

let system;
before(async () => {
  system = await System.start();
});
after(() => system?.stop());
const it = testOn(() => system);

const kTransports = [
  { name: 'WebSocket', transports: ['websocket'], ends: 'websocket' },
  { name: 'polling only', transports: ['polling'], ends: 'polling' },
  { name: 'polling with upgrade', transports: ['polling', 'websocket'], ends: 'websocket' },
];

for (const { name, transports, ends } of kTransports) {
  it(`Five people create, join, nominate, rank and close over ${name}`, async () => {
    const admin = await createPoll(system, { topic: `Over ${name}`, votesPerVoter: kVotesPerVoter, name: 'Zoë' });
    await admin.connect({ transports });
    const people = [];
    for (const who of ['Bob', '李雷', 'Dan', 'Eve']) {
      const person = await joinPoll(system, admin.pollID, who);
      people.push(await person.connect({ transports }));
    }
    const everyone = [admin, ...people];
    for (const person of everyone) {
      const poll = await person.sees('all five', (state) => Object.keys(state.participants).length === 5);
      assert.equal(poll.state, 'STATE_NOMINATING');
      assert.equal(poll.participants[person.userID], person.name);
      await eventually('the transport', () => person.socket.io.engine.transport.name === ends);
    }

    const ids = [];
    for (const [index, text] of kTexts.entries()) ids.push(await people[index].nominate(text));
    const extra = await people[0].nominate('A mistake');
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{8}$/);
    await people[1].fails('remove_nomination', [{ id: extra }], 'Unauthorized', 'ADMIN_REQUIRED');
    await admin.does('remove_nomination', { id: extra });
    await people[2].fails('start_vote', [], 'Unauthorized', 'ADMIN_REQUIRED');
    await people[2].fails('submit_rankings', [{ rankings: ids.slice(0, 3) }], 'Conflict', 'WRONG_STATE');
    const { revision } = await admin.does('start_vote');
    for (const person of everyone) {
      const poll = await person.sees('voting', (state) => state.hasStarted);
      assert.ok(poll.revision >= revision);
      assert.equal(poll.state, 'STATE_VOTING');
      assert.deepEqual(Object.keys(poll.nominations).sort(), [...ids].sort());
      assert.deepEqual(poll.nominations[ids[0]], { userID: people[0].userID, text: kTexts[0] });
    }

    for (const [index, ballot] of kBallots.entries()) {
      await people[index].does('submit_rankings', { rankings: ballot.map((choice) => ids[choice]) });
    }
    await people[0].fails('submit_rankings', [{ rankings: [ids[0]] }], 'Conflict', 'ALREADY_VOTED');
    await people[0].fails('nominate', [{ text: 'Too late' }], 'Conflict', 'WRONG_STATE');
    await people[3].fails('close_poll', [], 'Unauthorized', 'ADMIN_REQUIRED');
    await admin.does('close_poll');
    for (const person of everyone) {
      const poll = await person.sees('the results', (state) => state.state === 'STATE_CLOSED');
      assertExampleResults(poll.results);
      assert.equal(poll.hasStarted, true);
      assert.deepEqual(
        poll.rankings,
        Object.fromEntries(people.map((voter) => [voter.userID, []])),
      );
      const revisions = person.polls.map((state) => state.revision);
      assert.deepEqual(revisions, [...revisions].sort((a, b) => a - b), 'a newer state came before an older one');
      assert.equal(person.count('disconnect'), 0);
      assert.equal(person.count('exception'), 0, 'a failure with an ack was also told by an exception');
      person.socket.close();
    }
  });
}

it('An update is the whole poll and a success says from which revision it counts', async () => {
  const admin = await createPoll(system, { topic: '  A topic ', votesPerVoter: 1, name: 'Ann' });
  await admin.connect();
  const { revision, nominationID } = await admin.does('nominate', { text: ' Tea ' });
  const poll = await admin.sees('the nomination', (state) => state.revision >= revision);
  assert.deepEqual(Object.keys(poll).sort(), [
    'adminID', 'ballotChangesAllowed', 'expireTime', 'hasStarted', 'id', 'nominations', 'participants', 'rankings',
    'results', 'revision', 'rules', 'state', 'tieBreakCommitment', 'tieBreakSeed', 'topic', 'votesPerVoter',
  ]);
  assert.match(poll.id, /^[0-9A-Z]{6}$/);
  assert.equal(poll.topic, 'A topic');
  assert.equal(poll.adminID, admin.userID);
  assert.deepEqual(poll.nominations, { [nominationID]: { userID: admin.userID, text: 'Tea' } });
  assert.deepEqual([poll.rankings, poll.results, poll.hasStarted], [{}, [], false]);
  const lifetime = Date.parse(poll.expireTime) - Date.now();
  assert.ok(lifetime > 7_100_000 && lifetime <= 7_201_000, `lives ${lifetime} ms`);
});

it('A hundred people who join and vote at once are all there', async () => {
  const admin = await createPoll(system, { votesPerVoter: 1 });
  await admin.connect();
  const ids = [await admin.nominate('Tea'), await admin.nominate('Coffee')];
  const people = [];
  for (let index = 0; index < 100; index += 1) people.push(await joinPoll(system, admin.pollID, `Person ${index}`));
  await Promise.all(people.map((person) => person.connect()));
  await admin.sees('everyone', (state) => Object.keys(state.participants).length === 101, { deadlineMs: 20_000 });
  await admin.does('start_vote');
  await Promise.all(people.map((person, index) => person.does('submit_rankings', { rankings: [ids[index % 4 ? 0 : 1]] })));
  await admin.does('close_poll');
  for (const person of people) {
    const poll = await person.sees('results', (state) => state.results.length === 2, { deadlineMs: 20_000 });
    assert.deepEqual(poll.results.map((result) => result.score), [75, 25]);
    person.socket.close();
  }
});
