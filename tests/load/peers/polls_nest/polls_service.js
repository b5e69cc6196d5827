// What people may do with a poll.

import { randomBytes, randomInt } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import { signToken } from './tokens.js';

const kCodeLetters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const newCode = () => Array.from({ length: 6 }, () => kCodeLetters[randomInt(kCodeLetters.length)]).join('');
const newUserID = () => randomBytes(16).toString('base64url');
const newNominationID = () => randomBytes(6).toString('base64url');

// Of an option in place n of a ballot.
const weight = (n, votesPerVoter) => ((votesPerVoter - 0.5 * n) / votesPerVoter) ** (n + 1);

function countResults({ rankings, nominations, votesPerVoter }) {
  const scores = {};
  for (const ranking of Object.values(rankings)) {
    ranking.forEach((id, n) => { scores[id] = (scores[id] ?? 0) + weight(n, votesPerVoter); });
  }
  return Object.entries(scores)
    .map(([nominationID, score]) => ({ nominationID, nominationText: nominations[nominationID]?.text, score }))
    .sort((a, b) => b.score - a.score);
}

export class PollsService {
  constructor(repository) { this.repository = repository; }

  async createPoll({ topic, votesPerVoter, name }) {
    const pollID = newCode();
    const userID = newUserID();
    await this.repository.create(pollID, { topic, votesPerVoter, adminID: userID });
    return { poll: await this.getPoll(pollID), accessToken: signToken({ userID, pollID, name }) };
  }

  async joinPoll({ pollID, name }) {
    const poll = await this.getPoll(pollID);
    if (!poll.topic) throw new HttpException('no such poll', 404);
    return { poll, accessToken: signToken({ userID: newUserID(), pollID, name }) };
  }

  async rejoinPoll({ userID, pollID, name }) {
    await this.addParticipant({ userID, pollID, name });
    return this.getPoll(pollID);
  }

  getPoll(pollID) { return this.repository.get(pollID); }
  adminOf(pollID) { return this.repository.meta(pollID, 'adminID'); }

  async addParticipant({ userID, pollID, name }) {
    return { revision: await this.repository.set(pollID, `p:${userID}`, name) };
  }

  // Null: voting has started, people stay.
  async removeParticipantWhileWaiting(pollID, userID) {
    if (await this.repository.meta(pollID, 'hasStarted') !== '') return null;
    return { revision: await this.repository.remove(pollID, `p:${userID}`) };
  }

  async addNomination({ userID, pollID }, text) {
    const nominationID = newNominationID();
    const revision = await this.repository.set(pollID, `n:${nominationID}`, JSON.stringify({ userID, text }));
    return { nominationID, revision };
  }

  async removeNomination(pollID, id) {
    return { revision: await this.repository.remove(pollID, `n:${id}`) };
  }

  async startVote(pollID) {
    return { revision: await this.repository.set(pollID, 'm:hasStarted', '1') };
  }

  async submitRankings({ userID, pollID }, rankings) {
    return { revision: await this.repository.set(pollID, `r:${userID}`, JSON.stringify(rankings)) };
  }

  async computeResults(pollID) {
    const results = countResults(await this.getPoll(pollID));
    return { revision: await this.repository.set(pollID, 'm:results', JSON.stringify(results)) };
  }

  async cancelPoll(pollID) { await this.repository.cancel(pollID); }
}
