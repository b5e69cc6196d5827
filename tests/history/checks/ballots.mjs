// Ballots as they were exported, and the weighted count of POLLS.md §1.7 done again, exactly.

// The lines of a CSV file (RFC 4180) as lists of cells.
export function parseCsv(text) {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    }
    row.push(cell);
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    rows.push(row);
    row = [];
    at += 2;
  }
  return rows;
}

// Each ballot of a CSV export as a list of nominations' texts.
export function ballotsOfCsv(text) {
  return parseCsv(text)
    .slice(1)
    .map((cells) => cells.filter((cell) => cell !== ''));
}

// Each ballot of a BLT export likewise: `candidates seats`, withdrawn, `weight candidate... 0` for each, `0`, names.
export function ballotsOfBlt(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const end = lines.indexOf('0');
  const names = lines.slice(end + 1).map((line) => JSON.parse(line));
  return lines.slice(1, end).flatMap((line) => {
    const [weight, ...ranks] = line.split(/\s+/).map(Number);
    return Array.from({ length: weight }, () => ranks.slice(0, -1).map((index) => names[index - 1]));
  });
}

// Scores by text, as fractions over (2v)^v: an entry at place n is worth ((2v - n) / 2v)^(n + 1).
export function weightedScores(ballots, votesPerVoter) {
  const base = 2n * BigInt(votesPerVoter);
  const scores = new Map();
  for (const ballot of ballots) {
    for (const [place, text] of ballot.entries()) {
      const n = BigInt(place);
      const worth = (base - n) ** (n + 1n) * base ** (BigInt(votesPerVoter) - n - 1n);
      scores.set(text, (scores.get(text) ?? 0n) + worth);
    }
  }
  return { scores, denominator: base ** BigInt(votesPerVoter) };
}
