// The count that POLLS.md §1.7 gives as its example: three votes a voter, four ballots, four nominations.

import assert from 'node:assert/strict';

export const kVotesPerVoter = 3;
export const kTexts = ['Taco', 'Pizza', 'Sushi', 'Thai'];
// Each ballot ranks indexes of kTexts.
export const kBallots = [[1, 0, 2], [3, 0, 1], [2, 1, 0], [1, 3, 0]];
const kScores = [['Pizza', '2.991'], ['Taco', '1.981'], ['Thai', '1.694'], ['Sushi', '1.296']];

// Checks the results of a closed poll, with JSON's names or the proto's.
export function assertExampleResults(results) {
  assert.deepEqual(
    results.map((result) => [result.nominationText ?? result.nomination_text, result.score.toFixed(3)]),
    kScores,
  );
}
