// A client that is told what changes sees what one sees that gets whole states.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { GrpcPerson, pollsClient } from './support/grpc.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

const kVoteBytesMax = 200;
const kPatient = { deadlineMs: 40_000 };

let system;
let polls;
before(async () => {
  system = await System.start();
  polls = pollsClient(system);
});
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 120_000 });

// The admin, who gets whole states, and Dee, who gets deltas.
async function pair(options) {
  const admin = await (await createPoll(system, options)).connect();
  const dee = await joinPoll(system, admin.pollID, 'Dee');
  await dee.connect(dee.deltas());
  await agree(admin, dee, 0);
  return { admin, dee };
}

// Waits until both have the same state of at least `revision`, and returns it.
async function agree(whole, dee, revision, options) {
  try {
    return await eventually(`both have the same state from ${revision} on`, () =>
      whole.poll.revision >= revision && isDeepStrictEqual(dee.poll, whole.poll) && whole.poll, options);
  } catch (error) {
    assert.deepEqual(dee.poll, whole.poll, error.message);
    throw error;
  }
}

// The same for people who have connected again: their states may be of different revisions, if nothing between them
// is to be seen, until the next change.
async function converge(whole, dee, isThere, options) {
  await whole.sees('the state', isThere, options);
  await dee.sees('the state', isThere, options);
  return agree(whole, dee, (await dee.does('nominate', { text: 'And on' })).revision, options);
}

async function guest(admin, name = 'Guest') {
  const person = await GrpcPerson.join(system, polls, admin.pollID, name);
  await person.call('AddParticipant');
  return person;
}

it('Both are the same after everything that can happen in a poll', async () => {
  const { admin, dee } = await pair({ votesPerVoter: 2, ballotChangesAllowed: true, rules: { method: 'METHOD_BORDA' } });
  const people = [];
  const agreeAfter = async (answer) => agree(admin, dee, (await answer).revision);
  for (let index = 0; index < 4; index += 1) people.push(await guest(admin, `Guest ${index} 李雷`));
  const [ann, ben, cid, dan] = people;
  await agreeAfter(ann.call('AddParticipant', { connection_id: 'second' }));
  await agreeAfter(dee.does('nominate', { text: 'Tea' }));
  const ids = [];
  for (const text of ['Rum', 'Milk "and" \\ 😀', 'Mud']) ids.push((await ben.call('AddNomination', { text })).nomination_id);
  await agree(admin, dee, 0);
  await agreeAfter(admin.does('remove_nomination', { id: ids[2] }));
  await agreeAfter(ann.call('LeavePoll', { connection_id: 'second' }));
  await agreeAfter(admin.does('remove_participant', { id: cid.userID }));
  await agreeAfter(admin.does('lift_ban', { id: cid.userID }));
  await agreeAfter(cid.call('AddParticipant'));
  await agreeAfter(dan.call('LeavePoll'));
  await agreeAfter(admin.does('start_vote'));
  const late = await guest(admin, 'Late');
  await agreeAfter(late.call('SubmitRankings', { rankings: [ids[0], ids[1]] }));
  await agreeAfter(dee.does('submit_rankings', { rankings: [ids[1]] }));
  await agreeAfter(dee.does('submit_rankings', { rankings: [ids[0]] }));
  const closed = await agreeAfter(admin.does('close_poll'));
  assert.equal(closed.state, 'STATE_CLOSED');
  assert.equal(closed.results[0].nominationText, 'Rum');
  assert.match(closed.tieBreakSeed, /^[0-9a-f]{64}$/);
  assert.equal(dee.gaps, 0, 'changes were missing');
  assert.equal(dee.count('poll_updated'), 1, 'whole states were sent beside changes');
  assert.ok(dee.count('poll_changed') >= 12, `${dee.count('poll_changed')}`);
  await admin.does('cancel_poll');
  await eventually('Dee is told', () => dee.count('poll_cancelled') === 1);
});

it('A removed person whose client gets deltas is disconnected too', async () => {
  const { admin, dee } = await pair();
  await admin.does('remove_participant', { id: dee.userID });
  await eventually('Dee is disconnected', () => dee.count('disconnect') === 1);
  dee.clear();
  assert.equal((await dee.refused(dee.deltas())).data.reason, 'REMOVED_FROM_POLL');
});

it('Both are the same after a hundred people came, nominated, left and voted at once', async () => {
  const { admin, dee } = await pair({ votesPerVoter: 1 });
  const people = await Promise.all(Array.from({ length: 100 }, (_, index) => guest(admin, `P${index}`)));
  await Promise.all(people.map((person, index) => (index % 3 === 0 ? person.call('LeavePoll') : Promise.resolve())));
  const stayed = people.filter((_, index) => index % 3 !== 0);
  const made = await Promise.all(stayed.map((person, index) => person.call('AddNomination', { text: `Option ${index}` })));
  await admin.does('start_vote');
  const votes = await Promise.all(stayed.map((person, index) =>
    person.call('SubmitRankings', { rankings: [made[index % 5].nomination_id] })));
  await agree(admin, dee, Math.max(...votes.map(({ revision }) => revision)));
  const poll = await agree(admin, dee, (await admin.does('close_poll')).revision);
  assert.equal(Object.keys(poll.rankings).length, stayed.length);
  assert.equal(dee.gaps, 0);
});

it('Who comes late gets the state and what came after it', async () => {
  const { admin, dee } = await pair({ votesPerVoter: 1 });
  const ann = await guest(admin, 'Ann');
  for (let index = 0; index < 20; index += 1) await ann.call('AddNomination', { text: `Option ${index}` });
  for (let index = 0; index < 5; index += 1) {
    const late = await joinPoll(system, admin.pollID, `Late ${index}`);
    await late.connect(late.deltas());
    assert.ok(late.events.find(([name]) => name.startsWith('poll_'))[0] === 'poll_updated', 'changes came first');
    await agree(admin, dee, 0);
    await agree(admin, late, dee.poll.revision);
    assert.equal(late.gaps, 0);
    await agree(admin, late, (await admin.does('remove_nomination', { id: Object.keys(admin.poll.nominations)[0] })).revision);
  }
});

it('A vote is at most 200 bytes for a client that gets deltas, however many people there are', async () => {
  const { admin, dee } = await pair({ votesPerVoter: 1 });
  const people = await Promise.all(Array.from({ length: 100 }, (_, index) => guest(admin, `Person ${index}`)));
  const tea = await admin.nominate('Tea');
  await agree(admin, dee, (await admin.does('start_vote')).revision);
  const frames = [];
  dee.socket.io.engine.on('packet', ({ type, data }) => type === 'message' && frames.push(data));
  for (const person of people.slice(0, 5)) {
    await agree(admin, dee, (await person.call('SubmitRankings', { rankings: [tea] })).revision);
  }
  const votes = frames.filter((frame) => frame.includes('"voted"'));
  assert.equal(votes.length, 5, 'a message for each of five votes that do not overlap');
  for (const frame of votes) {
    // Engine.IO's type, and the header of a WebSocket frame of this length.
    const bytes = Buffer.byteLength(frame) + 1 + (Buffer.byteLength(frame) + 1 < 126 ? 2 : 4);
    assert.ok(bytes <= kVoteBytesMax, `${bytes} bytes: ${frame}`);
  }
});

it('A client converges after polls-service was killed', async () => {
  const { admin, dee } = await pair();
  await dee.nominate('Before');
  await system.polls.kill9();
  await system.polls.start();
  const ann = await eventually('a guest', () => guest(admin), kPatient);
  await ann.call('AddNomination', { text: 'After' });
  const poll = await converge(admin, dee, (state) => Object.keys(state.nominations).length === 2, kPatient);
  assert.deepEqual(Object.values(poll.nominations).map(({ text }) => text).sort(), ['After', 'And on', 'Before']);
  for (const person of [admin, dee]) assert.equal(person.count('disconnect'), 0);
});

it('A client converges after its edge was killed', async () => {
  const { admin, dee } = await pair();
  await dee.nominate('Before');
  await system.edge.kill9();
  const ann = await guest(admin);
  const { revision } = await ann.call('AddNomination', { text: 'Meanwhile' });
  await system.edge.start();
  const poll = await converge(admin, dee, (state) => state.revision >= revision, kPatient);
  assert.deepEqual(Object.values(poll.nominations).map(({ text }) => text).sort(), ['And on', 'Before', 'Meanwhile']);
});

it('At an edge before another replica one sees the same', async () => {
  const door = await (await system.startReplica()).startEdge();
  const { admin, dee } = await pair({ votesPerVoter: 1 });
  const [eve, fay] = [await joinPoll(door, admin.pollID, 'Eve'), await joinPoll(door, admin.pollID, 'Fay')];
  await eve.connect(eve.deltas());
  await fay.connect();
  const steps = [
    () => eve.does('nominate', { text: 'Tea' }), () => dee.does('nominate', { text: 'Rum' }),
    () => admin.does('remove_nomination', { id: Object.keys(admin.poll.nominations)[0] }), () => admin.does('start_vote'),
    () => eve.does('submit_rankings', { rankings: Object.keys(eve.poll.nominations) }), () => admin.does('close_poll'),
  ];
  for (const step of steps) {
    const { revision } = await step();
    for (const person of [dee, eve, fay]) await agree(admin, person, revision);
  }
  assert.equal(dee.gaps + eve.gaps, 0);
});

it('A stream that is opened again goes on after the revision that the caller has', async () => {
  const others = pollsClient(await system.startReplica());
  const admin = await GrpcPerson.create(system, polls);
  await admin.call('AddParticipant');
  const watch = admin.watch({ mode: 'MODE_DELTA' });
  await admin.call('AddNomination', { text: 'Tea' });
  const last = (await admin.call('AddNomination', { text: 'Rum' })).revision;
  await eventually('both', () => watch.messages.at(-1)?.revision === last);
  assert.equal(watch.messages[0].event, 'poll_updated');
  watch.cancel();
  await admin.call('AddNomination', { text: 'Milk' });
  await admin.call('AddNomination', { text: 'Mud' });
  for (const client of [polls, others]) {
    const again = client.stream('WatchPoll', { poll_id: admin.poll_id, mode: 'MODE_DELTA', revision: last }, { token: admin.token });
    const texts = () => again.messages.flatMap(({ poll_changed }) => poll_changed?.changes ?? [])
      .map(({ nominated }) => nominated.text);
    await eventually('what was missed', () => texts().length === 2);
    assert.deepEqual(texts(), ['Milk', 'Mud']);
    assert.ok(again.messages.every(({ event }) => event === 'poll_changed'), 'a whole state was sent');
    assert.equal(again.messages[0].poll_changed.previous_revision, last);
    again.cancel();
  }
});

it('A client that wants to be told in no known way is refused', async () => {
  const admin = await createPoll(system);
  for (const updates of ['everything', 'DELTAS']) {
    admin.clear();
    const error = await admin.refused({ auth: { token: admin.token, updates } });
    assert.equal(error.data?.type, 'BadRequest', JSON.stringify(error.data));
  }
});
