// One poll of sixty people while what serves it is killed, drained and paused every second or two: nothing that was
// acknowledged is lost or done twice, and all see the same. CAUCUS_HISTORY_SECONDS and CAUCUS_HISTORY_SEED change it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sleep } from '../integration/support/wait.mjs';
import { runChecks } from './checks/checks.mjs';
import { Behaviour } from './support/behaviour.mjs';
import { Cluster } from './support/cluster.mjs';
import { Nemesis } from './support/nemesis.mjs';
import { PollLife } from './support/poll_life.mjs';
import { Random, seedOfRun } from './support/random.mjs';
import { saveOnFailure, summaryOf } from './support/report.mjs';

const kSeconds = Number(process.env.CAUCUS_HISTORY_SECONDS ?? 45);
const kPeople = { votesPerVoter: 5, grpc: 30, sockets: 30, followers: 2 };
const kPatientMs = 30_000;

let cluster;
after(() => cluster?.stop());

test('sixty people keep one poll through kill -9', { timeout: kSeconds * 1_000 + 300_000 }, async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`CAUCUS_HISTORY_SEED=${seed} CAUCUS_HISTORY_SECONDS=${kSeconds}`);
  const random = new Random(seed);
  cluster = await Cluster.start({ pollsFlags: ['--snapshot_interval=100ms'] });
  const life = await PollLife.open(cluster, random.fork(), { name: `large-${seed}`, ...kPeople });
  const nemesis = new Nemesis(cluster, random.fork());
  const people = new Behaviour(life, random.fork(), { pauseMs: [100, 900], nominationsMax: 3, deadlineMs: kPatientMs });
  await saveOnFailure(cluster, life.history, async () => {
    nemesis.start();
    people.start();
    await sleep(kSeconds * 400);
    await people.removeSome(5);
    await people.startVote();
    await sleep(kSeconds * 500);
    await people.closePoll();
    await sleep(kSeconds * 50);
    await people.stop();
    await nemesis.stop();
    await life.finish();
    await cluster.restartEverything();
    await life.readFinal('after a restart of everything');
    t.diagnostic(`${nemesis.count} faults: ${nemesis.summary}`);
    t.diagnostic(summaryOf(life.history));
    assert.deepEqual(runChecks(life.history), {});
    cluster.system.assertHealthy();
  });
  await life.leave();
});
