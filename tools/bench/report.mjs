// Tables from stored results: for the terminal, and docs/performance.md. Pure.
//
// A stored row: {date, commit, dirty, rounds, machine, command, versions, samples: {variant: [sample, ...]}}.

import { formatLimit, formatNumber, formatResult, medians, spread, verdict } from './figures.mjs';

// A row's figures, or those that it makes of its samples.
const figuresOf = (row, samples) => (typeof row.figures === 'function' ? row.figures(samples) : row.figures);

// The lines of a row's table, each an array of cells; the first is the head.
export function tableOf(row, samples) {
  const variants = Object.keys(samples);
  const get = medians(samples);
  const lines = [['', ...variants, 'result', 'target', '']];
  const judged = figuresOf(row, samples).some((figure) => figure.measure);
  for (const figure of figuresOf(row, samples)) {
    const result = figure.measure ? figure.measure(get) : NaN;
    const cells = variants.map((variant) => cellOf(samples[variant], figure.key));
    lines.push([
      figure.label, ...(figure.label.startsWith('the same') ? variants.map(() => '') : cells),
      figure.measure ? formatResult(result, figure.unit) : '', formatLimit(figure.limit, figure.unit),
      verdict(result, figure.limit),
    ]);
  }
  return judged ? lines : lines.map((cells) => cells.slice(0, 1 + variants.length));
}

// A median, with half of what lies between the lowest and the highest round.
function cellOf(samples, key) {
  const values = samples.map((sample) => sample[key]);
  const share = spread(values);
  const around = Number.isFinite(share) && share >= 0.005 ? ` ±${Math.round(share * 100)} %` : '';
  return formatNumber(medians({ it: samples })('it', key)) + around;
}

export function markdownTable([head, ...lines]) {
  const align = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, align, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function plainTable(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const pad = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return lines.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n');
}

// The samples of a row that were taken while others used the machine, of all.
export function disturbedOf(samples) {
  const all = Object.values(samples).flat();
  return [all.filter((sample) => sample.disturbed).length, all.length];
}

function summaryOf(rows, stored) {
  const lines = [['work', 'target', 'measured', '', 'row']];
  for (const row of rows) {
    const samples = stored[row.name]?.samples ?? {};
    for (const figure of figuresOf(row, samples).filter((candidate) => candidate.limit)) {
      const result = figure.measure(medians(samples));
      const what = figure.label === 'the same' ? `against ${figure.unit.slice(2)}` : figure.label;
      lines.push([
        `${row.title}: ${what}`, formatLimit(figure.limit, figure.unit), formatResult(result, figure.unit),
        verdict(result, figure.limit), `[${row.name}](#${row.name})`,
      ]);
    }
  }
  return markdownTable(lines);
}

function sectionOf(row, result) {
  const head = `### ${row.name}\n\n**${row.title}.** ${row.what}`;
  if (!result) return `${head}\n\nNot measured yet: \`./dev bench ${row.name} --write\`.`;
  const [disturbed, all] = disturbedOf(result.samples);
  const noted = disturbed > 0 ? ` In ${disturbed} of ${all} runs others used more than 15 % of a CPU.` : '';
  const dirty = result.dirty ? ' with local changes' : '';
  return `${head}\n\n${markdownTable(tableOf(row, result.samples))}\n\n` +
    `\`${result.command}\`, ${result.date}, commit ${result.commit}${dirty}; ` +
    `${result.rounds} ${result.rounds === 1 ? 'round' : 'rounds'}.${noted}`;
}

// Machines and versions, each said once with the rows that were measured so.
function conditionsOf(rows, stored, key, say) {
  const groups = new Map();
  for (const row of rows.filter(({ name }) => stored[name])) {
    const text = say(stored[row.name][key]);
    groups.set(text, [...(groups.get(text) ?? []), row.name]);
  }
  const entries = [...groups];
  return entries.map(([text, names]) => `- ${text}${entries.length > 1 ? ` (${names.join(', ')})` : ''}`).join('\n');
}

const sayVersions = (versions) => Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ');

// The whole page. `intro` and `reading` are its hand-written parts.
export function pageOf(rows, stored, { intro, reading }) {
  return [
    intro,
    '## Targets\n',
    `${summaryOf(rows, stored)}\n`,
    '## Conditions\n',
    `Machine:\n\n${conditionsOf(rows, stored, 'machine', (text) => text)}\n`,
    `Versions:\n\n${conditionsOf(rows, stored, 'versions', sayVersions)}\n`,
    reading,
    '## Tables\n',
    ...rows.map((row) => `${sectionOf(row, stored[row.name])}\n`),
  ].join('\n');
}

// What a row shows of its samples; four digits are more than the noise leaves.
export function shownOf(row, samples) {
  const keys = new Set([...figuresOf(row, samples).map(({ key }) => key), 'disturbed']);
  const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value);
  const trim = (sample) => {
    const shown = Object.entries(sample).filter(([key]) => keys.has(key));
    return Object.fromEntries(shown.map(([key, value]) => [key, round(value)]));
  };
  return Object.fromEntries(Object.entries(samples).map(([variant, all]) => [variant, all.map(trim)]));
}

// Stored rows as JSON, with a line for each variant, so that a change can be read.
export function storedText(stored) {
  const json = JSON.stringify;
  const rows = Object.entries(stored).map(([name, { samples, ...about }]) => {
    const variants = Object.entries(samples).map(([variant, all]) => `  ${json(variant)}: ${json(all)}`);
    return `${json(name)}: {\n  ${json(about).slice(1, -1)},\n "samples": {\n${variants.join(',\n')}\n}}`;
  });
  return `{\n${rows.join(',\n')}\n}\n`;
}
