// Which rows are wanted, and which runs they need. Pure.

// The names of rows for what was asked for: a row's name, or what comes before a dash in several: `scaling`, `idle`.
export function namesOf(rows, asked) {
  const known = rows.map(({ name }) => name);
  return asked.flatMap((word) => {
    const found = known.includes(word) ? [word] : known.filter((name) => name.startsWith(`${word}-`));
    if (found.length === 0) throw new Error(`no such row: ${word}. There are: ${known.join(', ')}`);
    return found;
  });
}

// `names` of rows, or none for all; with `extras`, also the peers of a full report. Returns {wanted, skipped,
// scenarios}: rows that can be measured here, rows that cannot, and {scenario: [variant, ...]}, each variant once.
export function plan(rows, scenarios, bench, { names, extras }) {
  const named = rows.filter((row) => names.length === 0 || names.includes(row.name));
  const possible = (row) => row.needs !== 'siobench' || Boolean(bench.siobench);
  const wanted = named.filter(possible);
  const planned = {};
  for (const row of wanted) {
    for (const name of row.scenarios) {
      const variants = scenarios[name].filter(
        (variant) =>
          (!variant.extra || extras) &&
          (!variant.when || variant.when(bench)) &&
          (!row.only || row.only.includes(variant.name)),
      );
      planned[name] = [...new Set([...(planned[name] ?? []), ...variants])];
    }
  }
  return { wanted, skipped: named.filter((row) => !possible(row)), scenarios: planned };
}
