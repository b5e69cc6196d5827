// Polls in Redis, each a hash: `m:*` what it is, `p:USER` a name, `n:ID` a nomination, `r:USER` a ranking.

import { Redis } from 'ioredis';

const kLifeSeconds = 7200;
const key = (pollID) => `polls:${pollID}`;

export class PollsRepository {
  constructor() {
    this.redis = new Redis(process.env.REDIS ?? 'redis://127.0.0.1:6379', { enableAutoPipelining: true });
  }

  async create(pollID, { topic, votesPerVoter, adminID }) {
    await this.redis.multi()
      .hset(key(pollID), {
        'm:topic': topic, 'm:votesPerVoter': votesPerVoter, 'm:adminID': adminID, 'm:hasStarted': '', 'm:revision': 1,
      })
      .expire(key(pollID), kLifeSeconds)
      .exec();
  }

  // Returns the poll's revision after it.
  async set(pollID, field, value) {
    const [, revision] = await Promise.all([
      this.redis.hset(key(pollID), field, value),
      this.redis.hincrby(key(pollID), 'm:revision', 1),
    ]);
    return revision;
  }

  async remove(pollID, field) {
    const [, revision] = await Promise.all([
      this.redis.hdel(key(pollID), field),
      this.redis.hincrby(key(pollID), 'm:revision', 1),
    ]);
    return revision;
  }

  meta(pollID, name) { return this.redis.hget(key(pollID), `m:${name}`); }
  cancel(pollID) { return this.redis.del(key(pollID)); }

  async get(pollID) {
    const fields = await this.redis.hgetall(key(pollID));
    const participants = {};
    const nominations = {};
    const rankings = {};
    for (const [field, value] of Object.entries(fields)) {
      const id = field.slice(2);
      switch (field[0]) {
        case 'p': participants[id] = value; break;
        case 'n': nominations[id] = JSON.parse(value); break;
        case 'r': rankings[id] = JSON.parse(value); break;
      }
    }
    return {
      id: pollID,
      topic: fields['m:topic'],
      votesPerVoter: Number(fields['m:votesPerVoter']),
      participants,
      nominations,
      rankings,
      results: JSON.parse(fields['m:results'] ?? '[]'),
      adminID: fields['m:adminID'],
      hasStarted: fields['m:hasStarted'] === '1',
      revision: Number(fields['m:revision']),
    };
  }
}
