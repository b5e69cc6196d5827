// Replays traces/raw_frames_cancel_multitab_kick.json: 15 steps recorded from the original.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pollingSession, WebSocketSession } from './support/engine.mjs';
import { http, post } from './support/http.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { assertLike, learnNominations, Names, pollAsChanged, replay } from './support/replay.mjs';
import { System } from './support/system.mjs';
import { trace } from './support/traces.mjs';
import { eventually } from './support/wait.mjs';

const kTrace = trace('raw_frames_cancel_multitab_kick.json');

let system;
before(async () => {
  if (kTrace.steps) system = await System.start();
});
after(() => system?.stop());

const kUpdate = '42/polls,["poll_updated",';

// Replays the recorded frames on one WebSocket: those marked `>` are sent, those marked `<` must come.
async function replayFrames({ frames }) {
  const admin = await createPoll(system, { topic: 'Raw', votesPerVoter: 1, name: 'Ann' });
  const names = new Names();
  const session = await WebSocketSession.open(system);
  const is = (what, like, changes) =>
    session.take(what, (frame) => {
      if (!frame.startsWith(kUpdate)) return false;
      const poll = JSON.parse(frame.slice('42/polls,'.length))[1];
      learnNominations(names, like.nominations, poll.nominations);
      try {
        assertLike(poll, pollAsChanged(like, changes), names);
      } catch {
        return false;
      }
      return changes?.state === undefined || poll.state === changes.state;
    });
  let votedNothing = false;
  let closed = false;
  for (const [index, line] of frames.entries()) {
    const frame = line.slice(2);
    const what = `frame ${index}: ${frame.slice(0, 60)}`;
    if (line.startsWith('> ')) {
      closed ||= frame.includes('close_poll');
      session.send(frame.replace(/"token":"ey[^"]*"/, `"token":"${admin.token}"`));
      if (frame.includes('"submit_rankings"')) {
        // §0.2: an empty ballot is refused; nobody has voted.
        votedNothing = true;
        await session.take(what, (text) => text.startsWith('42/polls,["exception",{"type":"BadRequest"'));
      }
      // §0.12: what asks for an ack gets one.
      if (frame.startsWith('42/polls,0')) await session.take(what, (text) => /^43\/polls,0\[\{"revision":\d+\}\]$/.test(text));
    } else if (frame.startsWith('0{')) {
      const open = await session.take(what, (text) => text.startsWith('0{'));
      assert.equal(open.replace(/"sid":"[^"]{20}"/, ''), frame.replace(/"sid":"[^"]{20}"/, ''));
    } else if (frame.startsWith('40/polls,')) {
      await session.take(what, (text) => /^40\/polls,\{"sid":"[A-Za-z0-9_-]{20}"\}$/.test(text));
    } else if (frame.startsWith(kUpdate)) {
      const recorded = JSON.parse(frame.slice('42/polls,'.length))[1];
      names.learn(recorded.id, admin.pollID);
      names.learn(recorded.adminID, admin.userID);
      // The update after the refused ballot does not come; that after the close tells so (§0.7).
      if (votedNothing && !closed) continue;
      await is(what, recorded, closed ? { rankings: {}, state: 'STATE_CLOSED' } : undefined);
    } else if (frame.startsWith('42/polls,["exception",')) {
      const { type, message } = JSON.parse(frame.slice('42/polls,'.length))[1];
      const got = await session.take(what, (text) => text.startsWith('42/polls,["exception",'));
      const ours = JSON.parse(got.slice('42/polls,'.length))[1];
      assert.deepEqual([ours.type, ours.message], [type, message]);
    } else {
      await session.take(what, frame);
    }
  }
  session.close();
}

let admin;
let bob;
let tab;
let cid;
let fresh;
const names = new Names();

const likePoll = (actual, recorded, changes) => assertLike(actual, pollAsChanged(recorded, changes), names);

// Bob is banned from step 8 on; Cid stands in for him.
const cidForBob = ({ participants }) => ({
  participants: Object.fromEntries(
    Object.entries(participants).map(([id, name]) => (name === 'Bob' ? [cid.userID, 'Cid'] : [id, name])),
  ),
});

const kTable = [
  {
    step: 'raw engine.io frames (EIO=4, websocket)',
    change: '§0.2 the empty ballot is refused; §0.7 closing with no votes closes; §0.12 an ack for start_vote. All else as recorded',
    run: replayFrames,
  },
  {
    step: 'raw polling handshake',
    run: async ({ status, ct, body }) => {
      const answer = await http(system, { path: '/socket.io/?EIO=4&transport=polling' });
      const withoutSid = (text) => text.replace(/"sid":"[A-Za-z0-9_-]{20}"/, '"sid"');
      assert.deepEqual(
        [answer.status, answer.headers['content-type'], withoutSid(answer.body)],
        [status, ct, withoutSid(body)],
      );
    },
  },
  {
    step: 'votesPerVoter=1, ballot of 7 entries',
    change: '§0.2 a ballot longer than votesPerVoter is refused',
    run: async () => {
      const chair = await (await createPoll(system, { votesPerVoter: 1 })).connect();
      const voter = await (await joinPoll(system, chair.pollID, 'Bob')).connect();
      const [a, b] = [await chair.nominate('A'), await chair.nominate('B')];
      await chair.does('start_vote');
      for (const rankings of [[b, a, a, a, a, a, a], [b, a], [a, a]]) {
        const error = await voter.fails('submit_rankings', [{ rankings }], 'BadRequest');
        assert.ok(Array.isArray(error.message));
      }
      await chair.does('submit_rankings', { rankings: [b] });
      await chair.does('close_poll');
      const poll = await voter.sees('results', (state) => state.results.length > 0);
      assert.deepEqual(poll.results, [{ nominationID: b, nominationText: 'B', score: 1, rank: 1, elected: true }]);
    },
  },
  {
    step: 'start_vote with 0 nominations (votesPerVoter=5)',
    change: '§0.8 start_vote needs at least votesPerVoter nominations',
    run: async ({ events }) => {
      assert.equal(events[0][1].votesPerVoter, 5);
      fresh = await (await createPoll(system, { topic: 'Z', votesPerVoter: 5 })).connect();
      const exception = await fresh.exceptionAfter('start_vote');
      assert.deepEqual([exception.type, exception.reason], ['Conflict', 'TOO_FEW_NOMINATIONS']);
      for (const text of ['A', 'B', 'C', 'D']) await fresh.nominate(text);
      await fresh.fails('start_vote', [], 'Conflict', 'TOO_FEW_NOMINATIONS');
      await fresh.nominate('E');
      await fresh.does('start_vote');
    },
  },
  {
    step: 'close_poll with 0 votes',
    change: '§0.7 closing with no votes still closes',
    run: async () => {
      await fresh.does('close_poll');
      const poll = await fresh.sees('the close', (state) => state.state === 'STATE_CLOSED');
      assert.deepEqual([poll.results, poll.hasStarted], [[], true]);
    },
  },
  {
    step: '2 tabs same user: closing tab2 removes user while tab1 still connected',
    change: '§0.5 presence counts connections; closing one of two tabs removes nobody',
    run: async ({ events }) => {
      admin = await (await createPoll(system, { topic: 'Tabs', votesPerVoter: 1 })).connect();
      names.learn(events[0][1].id, admin.pollID);
      names.learn(events[0][1].adminID, admin.userID);
      bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
      tab = await bob.tab().connect();
      tab.socket.close();
      await admin.sees('Bob', (state) => bob.userID in state.participants);
    },
  },
  {
    step: 'ghost (not in participants) nominates OK',
    change: '§0.5 there are no ghosts: who nominates is a participant; the nomination is as recorded',
    run: async ({ events }) => {
      const recorded = events[0][1];
      const [, ghost] = Object.entries(recorded.nominations)[0];
      names.learn(ghost.userID, bob.userID);
      await bob.nominate(ghost.text);
      const poll = await bob.sees('the nomination', (state) => Object.keys(state.nominations).length === 1);
      learnNominations(names, recorded.nominations, poll.nominations);
      likePoll(poll, recorded, { participants: { ...recorded.participants, [bob.userID]: 'Bob' } });
    },
  },
  {
    step: 'removed participant socket still in room',
    change: '§0.6 removing a participant disconnects their sockets',
    run: async ({ events }) => {
      await admin.does('remove_participant', { id: bob.userID });
      await eventually('Bob is out', () => bob.count('disconnect') === 1);
      assert.deepEqual(bob.events.find(([name]) => name === 'disconnect')[1], 'io server disconnect');
      const poll = await admin.sees('Bob gone', (state) => !(bob.userID in state.participants));
      likePoll(poll, events[0][1]);
    },
  },
  {
    step: 'removed participant reconnects with same token',
    change: '§0.6 removing bans that user',
    run: async () => {
      bob.clear();
      const error = await bob.refused();
      assert.deepEqual([error.data?.type, error.data?.reason], ['Unauthorized', 'REMOVED_FROM_POLL']);
      assert.equal((await post(system, '/polls/rejoin', { accessToken: bob.token })).status, 403);
    },
  },
  {
    step: 'admin disconnects before start -> admin removed from participants',
    change: '§2.3.13 the admin stays a participant',
    run: async ({ events }) => {
      cid = await (await joinPoll(system, admin.pollID, 'Cid')).connect();
      const pollNow = async () => (await post(system, '/polls/rejoin', { accessToken: cid.token })).json;
      const { revision } = await pollNow();
      admin.socket.close();
      await eventually('the connection is closed', async () => (await pollNow()).revision > revision);
      const { participants } = cidForBob(events[0][1]);
      likePoll(await pollNow(), events[0][1], { participants: { ...participants, [admin.userID]: admin.name } });
    },
  },
  {
    step: 'cancel_poll seen by participant',
    run: async ({ events }) => {
      admin.clear();
      await admin.connect();
      admin.socket.emit('cancel_poll');
      await eventually('it is cancelled', () => cid.count('poll_cancelled') === 1);
      assert.deepEqual(cid.events.find(([name]) => name === 'poll_cancelled'), events[0]);
    },
  },
  {
    step: 'cancel_poll seen by admin',
    run: async ({ events }) => {
      await eventually('it is cancelled', () => admin.count('poll_cancelled') === 1);
      assert.deepEqual(admin.events.map(([name]) => name), events.map(([name]) => name));
      likePoll(admin.events[1][1], events[1][1], cidForBob(events[1][1]));
      assert.deepEqual(admin.events[2], events[2]);
    },
  },
  {
    step: 'nominate after cancel',
    change: '§0.9 a cancelled poll gives NOT_FOUND; §2.4.18 no internal text reaches people',
    run: async () => {
      const exception = await cid.exceptionAfter('nominate', { text: 'x' });
      assert.deepEqual(exception, { type: 'NotFound', message: 'Poll not found', reason: 'POLL_NOT_FOUND' });
    },
  },
  {
    step: 'admin event after cancel',
    change: '§0.9 a cancelled poll gives NOT_FOUND',
    run: async () => {
      const exception = await admin.exceptionAfter('start_vote');
      assert.deepEqual(exception, { type: 'NotFound', message: 'Poll not found', reason: 'POLL_NOT_FOUND' });
    },
  },
  {
    step: 'server alive after post-cancel disconnect',
    change: '§0.9 nothing a client sends kills anything',
    run: async ({ alive }) => {
      assert.equal(alive, false);
      for (const person of [admin, cid]) person.socket.close();
      const error = await cid.tab().refused();
      assert.deepEqual([error.message, error.data?.type], ['Poll not found', 'NotFound']);
      assert.equal((await pollingSession(system)).sid.length, 20);
      await (await createPoll(system)).connect();
    },
  },
];

test('raw_frames_cancel_multitab_kick.json', { skip: kTrace.missing, timeout: 120_000 }, async (t) => {
  await replay(t, kTrace.steps, kTable, system);
});
