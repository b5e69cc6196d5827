// What must hold of every history, see support/history.mjs. Each function returns what is wrong, as texts.
//
// `history.finals`: [{when, digest, ballots, ballotsAgain, tally}] of the poll at rest, closed: read again and again.

import { createHash } from 'node:crypto';
import { contentOf } from '../support/poll_state.mjs';
import { weightedScores } from './ballots.mjs';
import { requestsOf } from './requests.mjs';

const kToldMax = 5; // of each check

const finalState = (history) => history.states.get(history.finals[0].digest);
const ofMethod = (history, method) => requestsOf(history).filter((request) => request.method === method);
const mayHaveHappened = ({ ok, unknown }) => ok.length + unknown.length > 0;

// A repeated request has one answer, from whichever replica.
export function checkAnswers(history) {
  return requestsOf(history).flatMap(({ requestID, method, ok }) => {
    const answers = new Set(ok.map((call) => JSON.stringify(call.answer)));
    return answers.size > 1 ? [`${method} ${requestID} has ${answers.size} answers: ${[...answers].join(' ')}`] : [];
  });
}

// What was acknowledged is there once; what is there was asked for; what was refused is not there.
export function checkNominations(history) {
  const wrong = [];
  const asked = ofMethod(history, 'nominate');
  const removals = ofMethod(history, 'remove');
  const { nominations } = finalState(history);
  const ids = asked.filter(({ ok }) => ok.length > 0).map(({ ok }) => ok[0].answer.nominationID);
  if (new Set(ids).size < ids.length) wrong.push('two acknowledged nominations have one id');
  for (const { ok, user, args, requestID } of asked) {
    if (ok.length === 0) continue;
    const id = ok[0].answer.nominationID;
    const removal = removals.filter((request) => request.args.id === id);
    const isThere = id in nominations;
    const mustBeGone = removal.some((request) => request.ok.length > 0);
    if (!isThere && !removal.some(mayHaveHappened))
      wrong.push(`${requestID}: the acknowledged nomination ${id} is lost`);
    if (isThere && mustBeGone) wrong.push(`${requestID}: ${id} is there although it was removed`);
    if (isThere && (nominations[id].text !== args.text || nominations[id].userID !== user)) {
      wrong.push(`${requestID}: ${id} is another's`);
    }
  }
  const texts = Object.values(nominations).map(({ text }) => text.toLowerCase());
  if (new Set(texts).size < texts.length) wrong.push('a text was nominated twice');
  for (const [id, { userID, text }] of Object.entries(nominations)) {
    const explains = ({ ok, unknown, user, args }) =>
      user === userID && args.text === text && (ok.length > 0 ? ok[0].answer.nominationID === id : unknown.length > 0);
    if (!asked.some(explains)) wrong.push(`nobody nominated ${id} ${text}, or it was refused`);
  }
  return wrong;
}

// Takes from `rest`, a list of texts, one of each list of `choices`; says whether nothing is left.
function isMatch(rest, choices) {
  if (choices.length === 0) return rest.length === 0;
  const [first, ...others] = choices;
  return first.some((ballot) => {
    const at = rest.indexOf(ballot);
    return (
      at >= 0 &&
      isMatch(
        rest.filter((_, index) => index !== at),
        others,
      )
    );
  });
}

// Every acknowledged ballot was counted once, and else only ones of people whom the final rankings name.
export function checkVotes(history) {
  const wrong = [];
  const { voted, nominations } = finalState(history);
  const { ballots } = history.finals[0];
  const textsOf = ({ args }) => JSON.stringify(args.rankings.map((id) => nominations[id]?.text));
  const left = ballots.map((ballot) => JSON.stringify(ballot));
  const open = [];
  const votes = ofMethod(history, 'vote');
  for (const user of new Set([...voted, ...votes.map((request) => request.user)])) {
    const own = votes.filter((request) => request.user === user);
    const acknowledged = own.filter(({ ok }) => ok.length > 0);
    if (acknowledged.length > 1) wrong.push(`${user} has voted ${acknowledged.length} times`);
    if (acknowledged.length > 0 && !voted.includes(user)) wrong.push(`the acknowledged vote of ${user} is lost`);
    if (!voted.includes(user)) continue;
    if (!own.some(mayHaveHappened)) wrong.push(`${user} is said to have voted, but was refused`);
    if (acknowledged.length === 0) {
      open.push(own.filter(mayHaveHappened).map(textsOf));
      continue;
    }
    const at = left.indexOf(textsOf(acknowledged[0]));
    if (at < 0) wrong.push(`the acknowledged ballot of ${user} was not counted`);
    else left.splice(at, 1);
  }
  if (ballots.length !== voted.length) wrong.push(`${voted.length} have voted, ${ballots.length} ballots were counted`);
  if (wrong.length === 0 && !isMatch(left, open)) wrong.push(`ballots that nobody cast: ${left.join(' ')}`);
  return wrong;
}

// Whoever was acknowledged to take part without a connection takes part: they never leave.
export function checkParticipants(history) {
  const { participants } = finalState(history);
  return ofMethod(history, 'join')
    .filter(({ ok, user }) => ok.length > 0 && !(user in participants))
    .map(({ user }) => `${user} takes no part any more`);
}

// Nobody is told that a request clashes with itself: that would be a second attempt at what was done.
export function checkClashes(history) {
  const clashes = {
    nominate: ['NOMINATION_EXISTS', (a, b) => a.args.text === b.args.text],
    vote: ['ALREADY_VOTED', (a, b) => a.user === b.user],
  };
  return Object.entries(clashes).flatMap(([method, [reason, clash]]) => {
    const requests = ofMethod(history, method);
    return requests.flatMap((request) =>
      request.refused
        .filter((call) => call.reason === reason)
        .filter(
          (call) =>
            !requests.some(
              (other) =>
                other !== request &&
                clash(other, request) &&
                mayHaveHappened(other) &&
                other.calls[0].invoke < call.complete,
            ),
        )
        .map(() => `${method} ${request.requestID} was refused with ${reason}, and nothing but itself explains it`),
    );
  });
}

// For each watcher revisions do not go back, and changes join without gaps.
export function checkRevisions(history) {
  const wrong = [];
  const last = new Map(); // by watcher and session
  for (const { watcher, session, kind, revision, previousRevision, before, fits } of history.messages) {
    const key = `${watcher} ${session}`;
    const reached = last.get(key) ?? 0;
    if (kind !== 'repeat' && revision < reached) wrong.push(`${key}: ${revision} after ${reached}`);
    if (kind === 'changes' && !fits)
      wrong.push(`${key}: changes of ${previousRevision} to ${revision} do not fit on ${before}`);
    last.set(key, Math.max(reached, revision));
  }
  return wrong;
}

// Whoever sees a revision, however and wherever, sees the same.
export function checkAgreement(history) {
  const wrong = [];
  const byRevision = new Map();
  const look = (who, digest) => {
    const { revision } = history.states.get(digest);
    const first = byRevision.get(revision);
    if (!first) byRevision.set(revision, { who, digest });
    else if (first.digest !== digest)
      wrong.push(`revision ${revision}: ${first.who} and ${who} differ; ${difference(history, first.digest, digest)}`);
  };
  for (const { client, via, outcome, method, answer } of history.calls) {
    if (method === 'read' && outcome === 'ok') look(`${client} at ${via}`, answer.digest);
  }
  for (const { watcher, session, digest } of history.messages) {
    if (digest) look(`${watcher} ${session}`, digest);
  }
  return wrong;
}

function difference(history, ...digests) {
  const [a, b] = digests.map((digest) => JSON.parse(contentOf(history.states.get(digest))));
  const names = Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  return names
    .map((name) => `${name}: ${JSON.stringify(a[name])} / ${JSON.stringify(b[name])}`.slice(0, 600))
    .join('; ');
}

// The last state of everybody is the final one. `history.watchers`: the names of all that must have one.
export function checkLastStates(history) {
  const last = new Map(history.messages.map(({ watcher, digest }) => [watcher, digest]));
  return history.watchers.flatMap((watcher) => {
    if (!last.get(watcher)) return [`${watcher} has seen nothing`];
    const { digest } = history.finals[0];
    return contentOf(history.states.get(last.get(watcher))) === contentOf(finalState(history))
      ? []
      : [`the last state of ${watcher} is not the final one; ${difference(history, last.get(watcher), digest)}`];
  });
}

// A state that was asked for after an answer is not older than it. A change that was asked for once, likewise.
export function checkRealTime(history) {
  const wrong = [];
  const ends = history.calls
    .filter(({ outcome, answer }) => outcome === 'ok' && answer.revision !== undefined)
    .sort((a, b) => a.complete - b.complete);
  const begun = ends
    .filter(
      ({ method, requestID, invoke }) =>
        method === 'read' ||
        (method !== 'join' && !history.calls.some((call) => call.requestID === requestID && call.invoke < invoke)),
    )
    .sort((a, b) => a.invoke - b.invoke);
  let next = 0;
  let newest = null;
  for (const call of begun) {
    for (; next < ends.length && ends[next].complete < call.invoke; next += 1) {
      if (!newest || ends[next].answer.revision > newest.answer.revision) newest = ends[next];
    }
    if (newest && call.answer.revision < newest.answer.revision) {
      wrong.push(
        `${call.method} of ${call.client} at ${call.via} shows ${call.answer.revision} after ${newest.method} of ` +
          `${newest.client} at ${newest.via} had shown ${newest.answer.revision}`,
      );
    }
  }
  return wrong;
}

// From the revision of its acknowledgement on everything is in every state.
export function checkStatesShowAnswers(history) {
  const states = [...history.states.values()];
  const missing = (what, revision, shows) =>
    states
      .filter((state) => state.revision >= revision && !shows(state))
      .slice(0, 1)
      .map((state) => `the state of revision ${state.revision} lacks ${what} of ${revision}`);
  const removals = ofMethod(history, 'remove').filter(mayHaveHappened);
  return requestsOf(history)
    .filter(({ ok }) => ok.length > 0)
    .flatMap(({ method, user, ok: [{ answer }] }) => {
      const { revision, nominationID } = answer;
      if (method === 'vote') return missing(`the vote of ${user}`, revision, (state) => state.voted.includes(user));
      if (method === 'start') return missing('the start', revision, (state) => state.phase !== 'nominating');
      if (method === 'close') return missing('the close', revision, (state) => state.phase === 'closed');
      if (method !== 'nominate' || removals.some(({ args }) => args.id === nominationID)) return [];
      return missing(`the nomination ${nominationID}`, revision, (state) => nominationID in state.nominations);
    });
}

// Results are what the ballots give, exactly, for everybody, and stay so.
export function checkResults(history) {
  const wrong = [];
  const [first, ...later] = history.finals;
  const { results, votesPerVoter, seed, commitment } = finalState(history);
  const bag = (ballots) => JSON.stringify(ballots.map((ballot) => JSON.stringify(ballot)).sort());
  for (const other of later) {
    if (contentOf(history.states.get(other.digest)) !== contentOf(finalState(history))) {
      wrong.push(`${other.when} the state differs; ${difference(history, first.digest, other.digest)}`);
    }
    if (JSON.stringify(other.tally) !== JSON.stringify(first.tally)) wrong.push(`${other.when} the tally differs`);
    if (bag(other.ballots) !== bag(first.ballots)) wrong.push(`${other.when} the ballots differ`);
  }
  if (JSON.stringify(first.ballotsAgain) !== JSON.stringify(first.ballots))
    wrong.push('CSV and BLT have other ballots');
  const { scores, denominator } = weightedScores(first.ballots, votesPerVoter);
  if (results.length !== scores.size) wrong.push(`${results.length} results, but ${scores.size} are on ballots`);
  const most = results.reduce((max, { nominationText }) => {
    const score = scores.get(nominationText) ?? 0n;
    return score > max ? score : max;
  }, 0n);
  let above = null;
  for (const { nominationText, score, rank, elected } of results) {
    const counted = scores.get(nominationText) ?? 0n;
    if (score !== Number(counted) / Number(denominator))
      wrong.push(`${nominationText} has ${score}, not ${counted}/${denominator}`);
    if (above !== null && counted > above) wrong.push(`${nominationText} stands too low`);
    const better = [...scores.values()].filter((each) => each > counted).length;
    const equal = [...scores.values()].filter((each) => each === counted).length;
    if (rank <= better || rank > better + equal) wrong.push(`${nominationText} has rank ${rank}`);
    if (elected && counted !== most) wrong.push(`${nominationText} is elected`);
    above = counted;
  }
  if (results.length > 0 && results.filter(({ elected }) => elected).length !== 1) wrong.push('not one is elected');
  if (Number(first.tally.ballots) !== first.ballots.length)
    wrong.push(`the tally tells of ${first.tally.ballots} ballots`);
  if (createHash('sha256').update(seed).digest('hex') !== commitment)
    wrong.push('the seed is not what was committed to');
  return wrong;
}

// Checks that need no end, and those that look at it.
const kOfTheWay = { checkAnswers, checkClashes, checkRevisions, checkAgreement, checkRealTime, checkStatesShowAnswers };
const kOfTheEnd = { checkNominations, checkVotes, checkParticipants, checkLastStates, checkResults };

// All of them, or without an end what can be said without: {name: violations} of those that found something.
export function runChecks(history) {
  const checks = { ...kOfTheWay, ...(history.finals.length > 0 && kOfTheEnd) };
  const found = Object.entries(checks).map(([name, check]) => [name, check(history)]);
  const shortened = (wrong) =>
    wrong.length > kToldMax ? [...wrong.slice(0, kToldMax), `and ${wrong.length - kToldMax} more`] : wrong;
  return Object.fromEntries(
    found.filter(([, wrong]) => wrong.length > 0).map(([name, wrong]) => [name, shortened(wrong)]),
  );
}
