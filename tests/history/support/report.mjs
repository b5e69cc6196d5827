// What is told of a history, and where one that failed is kept.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kRepository } from '../../integration/support/system.mjs';
import { runChecks } from '../checks/checks.mjs';

const kFolder = join(kRepository, '.caucus', 'history');

export function summaryOf(history) {
  const count = (outcome) => history.calls.filter((call) => call.outcome === outcome).length;
  const changes = history.messages.filter(({ kind }) => kind === 'changes').length;
  const calls = ['ok', 'refused', 'unknown'].map((outcome) => `${count(outcome)} ${outcome}`).join(', ');
  const last = history.finals.map(({ digest }) => history.states.get(digest))[0];
  const end = last ? `; ${Object.keys(last.nominations).length} nominations, ${last.voted.length} votes` : '';
  return (
    `${history.name}: ${history.calls.length} calls (${calls}), ${history.messages.length} messages ` +
    `(${changes} of changes), ${history.states.size} states${end}`
  );
}

// Runs `body`. When it fails, writes the history to .caucus/history and shows the ends of the logs.
export async function saveOnFailure(cluster, history, body) {
  try {
    await body();
  } catch (error) {
    const path = join(kFolder, `${history.name}.json`);
    mkdirSync(kFolder, { recursive: true });
    writeFileSync(path, JSON.stringify({ ...history, states: Object.fromEntries(history.states) }, null, 1));
    cluster.system.printLogs();
    const found = error.code === 'ERR_ASSERTION' ? '' : `; so far: ${JSON.stringify(runChecks(history), null, 1)}`;
    error.message += `${found}\nthe history is in ${path}`;
    throw error;
  }
}
