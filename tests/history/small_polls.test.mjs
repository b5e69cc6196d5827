// Small polls, several at a time, while what serves them is killed: for each history there is an order in which a
// single copy of the poll could have given the same answers.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sleep } from '../integration/support/wait.mjs';
import { runChecks } from './checks/checks.mjs';
import { checkLinearizable, operationsOf } from './checks/linearizability.mjs';
import { Behaviour } from './support/behaviour.mjs';
import { Cluster } from './support/cluster.mjs';
import { Nemesis } from './support/nemesis.mjs';
import { PollLife } from './support/poll_life.mjs';
import { Random, seedOfRun } from './support/random.mjs';
import { saveOnFailure, summaryOf } from './support/report.mjs';

const kRounds = Number(process.env.CAUCUS_HISTORY_ROUNDS ?? 4);
const kPollsAtOnce = 4;
const kPhaseMs = 2_500;
const kPeople = { votesPerVoter: 2, grpc: 3, sockets: 2, followers: 1 };
const kPatientMs = 20_000;

let cluster;
after(() => cluster?.stop());

async function playOne(random, name) {
  const life = await PollLife.open(cluster, random.fork(), { name, ...kPeople });
  const people = new Behaviour(life, random.fork(), { pauseMs: [50, 900], nominationsMax: 4, deadlineMs: kPatientMs });
  people.start();
  await sleep(kPhaseMs);
  await people.removeSome(1);
  await people.startVote();
  await sleep(kPhaseMs);
  await people.closePoll();
  await sleep(kPhaseMs / 10);
  await people.stop();
  return life;
}

test('every small poll looks like a single copy', { timeout: kRounds * 60_000 + 120_000 }, async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`CAUCUS_HISTORY_SEED=${seed} CAUCUS_HISTORY_ROUNDS=${kRounds}`);
  const random = new Random(seed);
  cluster = await Cluster.start();
  for (let round = 0; round < kRounds; round += 1) {
    const nemesis = new Nemesis(cluster, random.fork(), { betweenMs: [200, 900] });
    nemesis.start();
    const names = Array.from({ length: kPollsAtOnce }, (_, index) => `small-${seed}-${round}-${index}`);
    const lives = await Promise.all(names.map((name) => playOne(random.fork(), name)));
    await nemesis.stop();
    t.diagnostic(`round ${round}: ${nemesis.count} faults: ${nemesis.summary}`);
    for (const life of lives) {
      await saveOnFailure(cluster, life.history, async () => {
        await life.finish();
        t.diagnostic(summaryOf(life.history));
        assert.deepEqual(runChecks(life.history), {});
        const operations = operationsOf(life.history);
        assert.deepEqual(checkLinearizable(operations, kPeople), { ok: true });
      });
      await life.leave();
    }
    cluster.system.assertHealthy();
  }
});
