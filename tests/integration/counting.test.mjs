// Polls that are counted by each method, from their creation to a recount of the exported ballots by another program.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { GrpcPerson, pollsClient } from './support/grpc.mjs';
import { createPoll } from './support/person.mjs';
import { kBin, System, testOn } from './support/system.mjs';

const kTally = join(kBin, 'polls-service/caucus_tally/caucus-tally');
const kTallyMissing = existsSync(kTally) ? false : `${kTally} is not built`;

// The capital of Tennessee: each city's voters rank the cities by their distance.
const kCities = ['Memphis', 'Nashville', 'Chattanooga', 'Knoxville'];
const kBallots = [[42, [0, 1, 2, 3]], [26, [1, 2, 3, 0]], [15, [2, 3, 1, 0]], [17, [3, 2, 1, 0]]];

const kMethods = [
  { method: 'METHOD_WEIGHTED', name: 'weighted', winner: 'Nashville' },
  { method: 'METHOD_INSTANT_RUNOFF', name: 'irv', winner: 'Knoxville' },
  { method: 'METHOD_STV_SCOTTISH', name: 'stv-scottish', winner: 'Knoxville' },
  { method: 'METHOD_STV_WIGM', name: 'stv-wigm', winner: 'Knoxville' },
  { method: 'METHOD_BORDA', name: 'borda', winner: 'Nashville' },
  { method: 'METHOD_SCHULZE', name: 'schulze', winner: 'Nashville' },
  { method: 'METHOD_RANKED_PAIRS', name: 'ranked-pairs', winner: 'Nashville' },
  { method: 'METHOD_MINIMAX', name: 'minimax', winner: 'Nashville' },
  { method: 'METHOD_COPELAND', name: 'copeland', winner: 'Nashville' },
  { method: 'METHOD_PLURALITY', name: 'plurality', winner: 'Memphis' },
];

let system;
let polls;
let dir;
before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'caucus-count-'));
  system = await System.start();
  polls = pollsClient(system);
});
after(async () => {
  await system?.stop();
  if (dir) rmSync(dir, { recursive: true });
});
const it = testOn(() => system, { timeoutMs: 120_000 });

// Creates a poll over HTTP, lets people vote by gRPC, and closes it by Socket.IO. `ballots` are pairs of a number and
// places of `options`. Returns {admin, poll, tally, ids}.
async function election({ rules, options, ballots, votesPerVoter }) {
  const admin = await (await createPoll(system, { votesPerVoter, rules })).connect();
  const ids = [];
  for (const text of options) ids.push(await admin.nominate(text));
  await admin.does('start_vote');
  const { tieBreakCommitment } = await admin.sees('voting', (state) => state.state === 'STATE_VOTING');
  const all = ballots.flatMap(([count, choices]) => Array(count).fill(choices));
  const lane = async (start) => {
    for (let index = start; index < all.length; index += 10) {
      const person = await GrpcPerson.join(system, polls, admin.pollID, `P${index}`);
      await person.call('AddParticipant');
      await person.call('SubmitRankings', { rankings: all[index].map((choice) => ids[choice]) });
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, start) => lane(start)));
  await admin.does('close_poll');
  const poll = await admin.sees('results', (state) => state.state === 'STATE_CLOSED');
  assert.equal(sha256(poll.tieBreakSeed), tieBreakCommitment, 'the seed is another');
  assert.equal(poll.tieBreakCommitment, tieBreakCommitment);
  const { tally } = await admin.call('get_tally');
  return { admin, poll, tally, ids };
}

function sha256(...parts) {
  return parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
}

// Counts an exported file with the program, and returns what it says.
async function recount(admin, name, flags) {
  const { fileName, contentType, content, error } = await admin.call('export_poll', { format: 'FORMAT_BLT' });
  assert.equal(error, undefined, JSON.stringify(error));
  assert.equal(fileName, `${admin.pollID}.blt`);
  assert.match(contentType, /^text\/plain/);
  const path = join(dir, `${name}-${fileName}`);
  writeFileSync(path, content);
  const { stdout } = await promisify(execFile)(kTally, [`--method=${name}`, '--output=json', ...flags, path]);
  return JSON.parse(stdout);
}

// The winners' texts by a recount.
function winnersOf(count) {
  const names = new Map(count.candidates.map(({ id, name }) => [id, name ?? id]));
  return count.standings.filter(({ elected }) => elected).map(({ candidate, id }) => names.get(candidate ?? id));
}

for (const { method, name, winner } of kMethods) {
  it(`${method} makes ${winner} the capital of Tennessee`, async () => {
    const { admin, poll, tally, ids } = await election({
      rules: { method, seats: 1 }, options: kCities, ballots: kBallots, votesPerVoter: 4,
    });
    assert.deepEqual(poll.rules, { method, seats: 1, quota: 'QUOTA_DROOP' });
    assert.equal(poll.results[0].nominationText, winner);
    assert.equal(poll.results[0].rank, 1);
    assert.deepEqual(poll.results.filter(({ elected }) => elected).map(({ nominationText }) => nominationText), [winner]);
    assert.equal(tally.ballots, 100);
    assert.deepEqual(tally.standings, poll.results);
    const elected = tally.rounds.flatMap(({ electedIDs }) => electedIDs);
    if (elected.length > 0) assert.deepEqual(elected, [ids[kCities.indexOf(winner)]]);
    if (!kTallyMissing) {
      const count = await recount(admin, name, name === 'weighted' ? ['--ranks_max=4'] : []);
      assert.deepEqual(winnersOf(count), [winner], JSON.stringify(count).slice(0, 2_000));
      assert.equal(count.rounds.length, tally.rounds.length);
      assert.deepEqual(count.standings.map(({ rank }) => rank), tally.standings.map(({ rank }) => rank));
    }
    admin.socket.close();
  });
}

test('The recounts above were made', { skip: kTallyMissing }, () => {});

it('An instant runoff tells its rounds, and where votes went', async () => {
  const { admin, tally, ids } = await election({
    rules: { method: 'METHOD_INSTANT_RUNOFF', seats: 1 }, options: kCities, ballots: kBallots, votesPerVoter: 4,
  });
  const [memphis, nashville, chattanooga, knoxville] = ids;
  const told = tally.rounds.map((round) => ({
    threshold: round.threshold,
    tallies: Object.fromEntries(round.tallies.map(({ nominationID, votes }) => [nominationID, votes])),
    out: round.eliminatedIDs,
    moved: round.transfers.map(({ fromID, toID, votes }) => [fromID, toID, votes]),
  }));
  assert.deepEqual(told, [
    { threshold: '51', tallies: { [memphis]: '42', [nashville]: '26', [chattanooga]: '15', [knoxville]: '17' },
      out: [chattanooga], moved: [[chattanooga, knoxville, '15']] },
    { threshold: '51', tallies: { [memphis]: '42', [nashville]: '26', [knoxville]: '32' },
      out: [nashville], moved: [[nashville, knoxville, '26']] },
    { threshold: '51', tallies: { [memphis]: '42', [knoxville]: '58' }, out: [], moved: [] },
  ]);
  for (const round of tally.rounds) assert.deepEqual(round.ties, []);
  const csv = await admin.call('export_poll', { format: 'FORMAT_CSV' });
  assert.match(csv.contentType, /^text\/csv/);
  assert.equal(csv.content.trimEnd().split('\r\n').length, 101, 'a heading and a line for each ballot');
  const report = await admin.call('export_poll', { format: 'FORMAT_RCTAB_JSON' });
  assert.match(report.contentType, /^application\/json/);
  const { results } = JSON.parse(report.content);
  assert.deepEqual(results.map(({ round }) => round), [1, 2, 3]);
  assert.deepEqual(results[2].tally, { Memphis: '42', Knoxville: '58' });
  const bob = await GrpcPerson.join(system, polls, admin.pollID, 'Bob');
  const error = await bob.call('ExportPoll', { format: 'FORMAT_BLT' }).catch((failure) => failure);
  assert.equal(error.caucus?.ErrorInfo?.reason, 'ADMIN_REQUIRED');
});

it('Two seats of a transferable vote go to a majority and a minority', async () => {
  for (const [method, name] of [['METHOD_STV_SCOTTISH', 'stv-scottish'], ['METHOD_STV_WIGM', 'stv-wigm']]) {
    const { admin, poll } = await election({
      rules: { method, seats: 2 }, options: ['Red', 'Pink', 'Blue'], votesPerVoter: 3,
      ballots: [[16, [0, 1, 2]], [4, [1, 0]], [11, [2]]],
    });
    const winners = ['Red', 'Blue'].toSorted();
    assert.deepEqual(poll.results.filter(({ elected }) => elected).map(({ nominationText }) => nominationText).toSorted(),
      winners, JSON.stringify(poll.results));
    if (!kTallyMissing) assert.deepEqual(winnersOf(await recount(admin, name, ['--seats=2'])).toSorted(), winners);
  }
});

it('A tie is drawn as the seed says, and the draw can be repeated', async () => {
  const { admin, poll, tally } = await election({
    rules: { method: 'METHOD_INSTANT_RUNOFF', seats: 1 }, options: ['Tea', 'Rum', 'Milk', 'Mud'], votesPerVoter: 1,
    ballots: [[3, [0]], [3, [1]], [3, [2]], [1, [3]]],
  });
  const draws = tally.rounds.flatMap(({ ties }) => ties).filter(({ rule }) => rule === 'TIE_RULE_DRAW');
  assert.ok(draws.length > 0, JSON.stringify(tally.rounds));
  const lot = (id) => sha256(poll.tieBreakSeed, '\0', poll.nominations[id].text);
  for (const { nominationIDs, drawIDs, chosenID } of draws) {
    assert.deepEqual(drawIDs, nominationIDs.toSorted((a, b) => (lot(a) < lot(b) ? -1 : 1)));
    assert.equal(chosenID, drawIDs[0]);
  }
  assert.equal(tally.tieBreakSeed, poll.tieBreakSeed);
  const winners = poll.results.filter(({ elected }) => elected).map(({ nominationText }) => nominationText);
  assert.equal(winners.length, 1);
  if (!kTallyMissing) {
    const count = await recount(admin, 'irv', [`--tie_break_seed=${poll.tieBreakSeed}`]);
    assert.deepEqual(winnersOf(count), winners, 'the recount draws otherwise');
    assert.deepEqual(count.rounds.map(({ ties }) => ties.length), tally.rounds.map(({ ties }) => ties.length));
  }
  admin.socket.close();
});

it('Rules that are none are refused, and the default is what it was', async () => {
  const plain = await createPoll(system);
  await plain.connect();
  assert.deepEqual(plain.poll.rules, { method: 'METHOD_WEIGHTED', seats: 1, quota: 'QUOTA_DROOP' });
  for (const rules of [{ method: 'METHOD_OF_MINE' }, { method: 99 }, { seats: 101 }, { seats: -1 }, { seats: 1.5 },
    { quota: 'QUOTA_MINE' }, 'METHOD_BORDA', [1]]) {
    await assert.rejects(createPoll(system, { rules }), /400|Bad Request/, JSON.stringify(rules));
  }
});
