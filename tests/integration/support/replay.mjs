// Compares what was recorded from the original with what Caucus answers.

import assert from 'node:assert/strict';

// What recorded ids are called here: poll, user and nomination ids differ from run to run.
export class Names {
  constructor() {
    this.ours = new Map();
  }

  // Notes that `recorded` is `ours`; a recorded id never has two meanings.
  learn(recorded, ours) {
    assert.ok(!this.ours.has(recorded) || this.ours.get(recorded) === ours, `${recorded} has two meanings`);
    this.ours.set(recorded, ours);
  }

  of(recorded) {
    return this.ours.get(recorded) ?? recorded;
  }
}

// Fails unless `actual` is `recorded` but for ids, and for members of objects that were not there then. Maps
// from ids must have the same keys.
export function assertLike(actual, recorded, names, path = '$') {
  if (Array.isArray(recorded)) {
    assert.ok(Array.isArray(actual), `${path} is no list: ${JSON.stringify(actual)}`);
    assert.equal(actual.length, recorded.length, `length of ${path}: ${JSON.stringify(actual)}`);
    recorded.forEach((item, index) => assertLike(actual[index], item, names, `${path}[${index}]`));
  } else if (recorded !== null && typeof recorded === 'object') {
    assert.equal(typeof actual, 'object', path);
    const wanted = Object.keys(recorded).map((key) => names.of(key));
    for (const key of Object.keys(recorded)) assertLike(actual[names.of(key)], recorded[key], names, `${path}.${key}`);
    if (/\.(participants|nominations|rankings)$/.test(path)) {
      assert.deepEqual(Object.keys(actual).sort(), wanted.sort(), path);
    }
  } else if (typeof recorded === 'number') {
    assert.ok(Math.abs(actual - recorded) < 1e-9, `${path} is ${actual}, was ${recorded}`);
  } else {
    assert.equal(actual, typeof recorded === 'string' ? names.of(recorded) : recorded, path);
  }
}

// A recorded poll as it must be here: rankings name who has voted and hold nothing (POLLS.md §0.3), and
// `changes` undo what earlier faults had left in it.
export function pollAsChanged(recorded, changes = {}) {
  const rankings = Object.fromEntries(Object.keys(recorded.rankings).map((user) => [user, []]));
  return { ...recorded, rankings, ...changes };
}

// Reads what a recorded creation or join names, from our answer to the same request.
export function learnPoll(names, recorded, ours) {
  names.learn(recorded.id, ours.id);
  names.learn(recorded.adminID, ours.adminID);
}

// Notes the ids of nominations by their texts.
export function learnNominations(names, recorded, ours) {
  for (const [id, { text }] of Object.entries(recorded)) {
    const found = Object.entries(ours).find(([, nomination]) => nomination.text === text);
    if (found) names.learn(id, found[0]);
  }
}

// Runs a table of rows {step, change, run} against a trace's steps: one subtest a step, in order. A row without
// `change` must answer as recorded; `change` quotes what POLLS.md says must differ. An unlisted or renamed step
// fails. After a failed step the rest is not run: it builds on it.
export async function replay(t, steps, table, system) {
  assert.deepEqual(
    table.map((row) => row.step),
    steps.map((step) => step.step),
    'the table lists every step',
  );
  for (const [index, row] of table.entries()) {
    const how = row.change ? `changed: ${row.change}` : 'as recorded';
    try {
      let failure;
      await t.test(`${index + 1}. ${row.step} (${how})`, async () => {
        try {
          await row.run(steps[index]);
          system.assertHealthy();
        } catch (error) {
          failure = error;
          throw error;
        }
      });
      if (failure) throw failure;
    } catch (error) {
      system.printLogs();
      throw new Error(`step ${index + 1}, ${row.step}: ${error.message}`, { cause: error });
    }
  }
}
