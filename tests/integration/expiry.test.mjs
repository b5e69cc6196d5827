// The end of a poll's life, whoever is still there.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { post } from './support/http.mjs';
import { code, pollsClient } from './support/grpc.mjs';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually, within } from './support/wait.mjs';

let system;
before(async () => {
  system = await System.start({ pollDuration: '4s' });
});
after(() => system?.stop());
const it = testOn(() => system);

it('An expired poll is refused cleanly at every door', async () => {
  const admin = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  const bob = await (await joinPoll(system, admin.pollID, 'Bob')).connect();
  const polls = pollsClient(system);
  const watch = polls.stream('WatchPoll', { poll_id: admin.pollID }, { token: admin.token });
  const end = Date.parse(admin.poll.expireTime);
  assert.ok(end - Date.now() <= 5_000, 'lives too long');

  await eventually('the poll is gone', async () =>
    (await post(system, '/polls/join', { pollID: admin.pollID, name: 'Late' })).status === 404);
  assert.ok(Date.now() >= end - 1_000, 'gone before its time');
  const ended = await within('the stream ends', watch.done);
  assert.ok([code.NOT_FOUND, code.UNAUTHENTICATED].includes(ended.code), `stream ended with ${ended.code}`);
  for (const person of [admin, bob]) {
    if (!person.socket.connected) continue;
    const { error } = await person.call('nominate', { text: 'Late' });
    assert.ok(['NotFound', 'Unauthorized'].includes(error.type), JSON.stringify(error));
  }
  // The token ends with the poll: which of the two is noticed first is not promised.
  bob.socket.close();
  bob.clear();
  const refusal = await bob.refused();
  assert.ok(['Poll not found', 'FORBIDDEN'].includes(refusal.message), refusal.message);
  const rejoined = await post(system, '/polls/rejoin', { accessToken: admin.token });
  assert.ok([403, 404].includes(rejoined.status), `${rejoined.status}`);
  await assert.rejects(polls.call('GetPoll', { poll_id: admin.pollID }, { token: admin.token }), (error) =>
    [code.NOT_FOUND, code.UNAUTHENTICATED].includes(error.code));

  const next = await (await createPoll(system)).connect();
  await next.nominate('Life goes on');
});
