// Processes die without warning: what was acknowledged is there, once, and people who stay see the end.

import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, sleep } from './support/wait.mjs';

let system;
beforeEach(async () => {
  await system?.stop();
  system = await System.start();
});
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 180_000 });

const kPatient = { deadlineMs: 40_000 };

// Asks until there is an answer other than "not now": `settled` maps an error's reason to what it means when an
// earlier, unanswered attempt may have succeeded.
async function insist(person, event, argument, settled) {
  let attempts = 0;
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    attempts += 1;
    const answer = await person.call(event, argument).catch(() => ({ error: { type: 'Unavailable' } }));
    if (!answer.error) return answer;
    if (attempts > 1 && answer.error.reason === settled) return answer;
    assert.equal(answer.error.type, 'Unavailable', `${event}: ${JSON.stringify(answer)}`);
    await sleep(50);
  }
  throw new Error(`${event} got no answer`);
}

// Lets 40 people vote one after the other in four lanes, and calls `crash` when some have been answered. Then
// checks that each has voted exactly once, and closes.
async function voteThrough(crash, { staysConnected }) {
  const admin = await (await createPoll(system, { votesPerVoter: 2 })).connect();
  const ids = [await admin.nominate('Tea'), await admin.nominate('Coffee'), await admin.nominate('Milk')];
  const people = [];
  for (let index = 0; index < 40; index += 1) people.push(await joinPoll(system, admin.pollID, `P${index}`));
  await Promise.all(people.map((person) => person.connect()));
  await admin.sees('everyone', (state) => Object.keys(state.participants).length === 41, kPatient);
  await admin.does('start_vote');

  const acknowledged = new Set();
  let acknowledgedBefore;
  let crashing;
  const lane = async (start) => {
    for (let index = start; index < people.length; index += 4) {
      const rankings = index % 2 ? [ids[0], ids[1]] : [ids[1]];
      await insist(people[index], 'submit_rankings', { rankings }, 'ALREADY_VOTED');
      acknowledged.add(people[index].userID);
      if (acknowledged.size < 10 || crashing) continue;
      acknowledgedBefore = acknowledged.size;
      crashing = crash();
    }
  };
  const lanes = [0, 1, 2, 3].map(lane);
  await Promise.all(lanes);
  await crashing;
  assert.ok(acknowledgedBefore < 40, 'the crash came after the last vote');
  assert.equal(acknowledged.size, 40);
  const voted = await admin.sees('all votes', (state) => Object.keys(state.rankings).length === 40, kPatient);
  assert.deepEqual(Object.keys(voted.rankings).sort(), [...acknowledged].sort());
  assert.equal(Object.keys(voted.participants).length, 41);
  await insist(admin, 'close_poll', undefined, 'WRONG_STATE');
  for (const person of [admin, ...people]) {
    const poll = await person.sees('results', (state) => state.state === 'STATE_CLOSED', kPatient);
    // 20 ballots are [Tea, Coffee], 20 are [Coffee]; a second place of two counts 0.5625.
    assert.deepEqual(poll.results.map((result) => [result.nominationText, result.score]), [['Coffee', 31.25], ['Tea', 20]]);
    if (staysConnected) assert.equal(person.count('disconnect'), 0, `${person.name} was disconnected`);
    person.socket.close();
  }
}

it('polls-service is killed while people vote', () =>
  voteThrough(async () => {
    await system.polls.kill9();
    await system.polls.start();
  }, { staysConnected: true }));

it('Redis is killed while people vote', () =>
  voteThrough(async () => {
    await system.redis.kill9();
    await system.redis.start();
  }, { staysConnected: true }));

it('auth-service is killed while people vote', () =>
  voteThrough(async () => {
    await system.auth.kill9();
    await system.auth.start();
  }, { staysConnected: true }));

it('The edge is killed while people vote', () =>
  voteThrough(async () => {
    await system.edge.kill9();
    await system.edge.start();
  }, { staysConnected: false }));

it('Nominations that were acknowledged survive kill -9 of polls-service, none twice', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const people = [];
  for (let index = 0; index < 20; index += 1) {
    people.push(await (await joinPoll(system, admin.pollID, `P${index}`)).connect());
  }
  let answered = 0;
  let crashing;
  const nominate = async (person, index) => {
    for (const text of [`A ${index}`, `B ${index}`]) {
      await insist(person, 'nominate', { text }, 'NOMINATION_EXISTS');
      answered += 1;
      if (answered >= 8) {
        crashing ??= (async () => {
          await system.polls.kill9();
          await system.polls.start();
        })();
      }
    }
  };
  for (let start = 0; start < people.length; start += 4) {
    await Promise.all(people.slice(start, start + 4).map((person, index) => nominate(person, start + index)));
  }
  await crashing;
  const poll = await admin.sees('all nominations', (state) => Object.keys(state.nominations).length >= 40, kPatient);
  const texts = Object.values(poll.nominations).map((nomination) => nomination.text);
  assert.deepEqual(texts.sort(), people.flatMap((_, index) => [`A ${index}`, `B ${index}`]).sort());
});

it('After the edge is killed clients come back by themselves to the current state', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect({ transports: ['polling', 'websocket'] });
  await admin.nominate('Tea');
  await bob.sees('the nomination', (state) => Object.keys(state.nominations).length === 1);
  await system.edge.kill9();
  await eventually('both notice', () => admin.count('disconnect') === 1 && bob.count('disconnect') === 1);
  admin.polls = [];
  bob.polls = [];
  await system.edge.start();
  for (const person of [admin, bob]) {
    const poll = await person.sees('both again', (state) => Object.keys(state.participants).length === 2, kPatient);
    assert.equal(Object.keys(poll.nominations).length, 1);
  }
  await admin.does('start_vote');
  await bob.sees('voting', (state) => state.hasStarted);
});

// Nobody here tells a client to try again.
for (const name of ['redis', 'auth', 'polls']) {
  it(`Clients that come while ${name} is away are connected by themselves when it is back`, async () => {
    const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
    const transports = [['websocket'], ['polling'], ['polling', 'websocket']];
    const people = [];
    for (const way of transports) people.push(await joinPoll(system, admin.pollID, `New ${way}`));
    const old = await (await joinPoll(system, admin.pollID, 'Old')).connect();
    await system[name].kill9();
    const opened = new Map();
    const watch = (person) => {
      opened.set(person, 0);
      person.socket.io.on('open', () => opened.set(person, opened.get(person) + 1));
    };
    people.forEach((person, index) => watch(person.open({ transports: transports[index] })));
    if (name !== 'auth') {  // Of which old tokens need nothing.
      watch(old);
      old.polls = [];
      old.socket.disconnect().connect();
    }
    await eventually('each was turned away', () => [...opened.values()].every((count) => count >= 2), kPatient);
    for (const person of opened.keys()) assert.ok(!person.socket.connected, `${person.name} is connected`);
    await system[name].start();
    for (const person of opened.keys()) {
      await person.sees('everyone', (state) => Object.keys(state.participants).length === 5, kPatient);
      assert.ok(person.socket.connected);
      assert.equal(person.count('connect_error'), 0, person.name);
    }
    assert.equal(admin.count('disconnect'), 0);
  });
}

it('Every process ends with 0 on SIGTERM, and what was acknowledged stays', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const tea = await admin.nominate('Tea');
  for (const process of [system.edge, system.polls, system.auth]) {
    assert.deepEqual(await process.stop(), { code: 0, signal: null }, process.name);
  }
  admin.polls = [];
  await system.redis.restart();
  for (const process of [system.auth, system.polls, system.edge]) await process.start();
  const poll = await admin.sees('the state', (state) => admin.userID in state.participants, kPatient);
  assert.equal(poll.nominations[tea].text, 'Tea');
  await admin.does('start_vote');
});
