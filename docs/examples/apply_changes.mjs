// Keeps a poll's state by what changes in it: `poll_changed`, see docs/polls-api.md.

const kApply = {
  joined: (poll, { userID, name }) => { poll.participants[userID] = name; },
  left: (poll, userID) => { delete poll.participants[userID]; },
  nominated: (poll, { id, ...nomination }) => { poll.nominations[id] = nomination; },
  nominationRemoved: (poll, id) => { delete poll.nominations[id]; },
  votingStarted: (poll, news) => Object.assign(poll, news, { state: 'STATE_VOTING', hasStarted: true }),
  voted: (poll, userID) => { poll.rankings[userID] = []; },
  closed: (poll, news) => Object.assign(poll, news, { state: 'STATE_CLOSED', hasStarted: true }),
};

// Makes `poll` the state after `message`, or leaves it if it holds all of that already. Returns false if something
// before the message is missing: then ask for the whole state.
export function applyChanges(poll, { revision, previousRevision, changes }) {
  if (poll.revision >= revision) return true;
  if (poll.revision < previousRevision) return false;
  for (const change of changes) {
    for (const [kind, value] of Object.entries(change)) kApply[kind]?.(poll, value);
  }
  poll.revision = revision;
  return true;
}
