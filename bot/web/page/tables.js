// Lines that stand in columns, read as tables. Nothing here touches the page.
//
// A cell is a list of ranges of the message's text, so that its numbers still lead to their sources.

const WIDE_SPACE = "　";
const PERIOD = /(?:19|20)\d\d年(?:上半年|下半年|全年|第?[一二三四1-4]季度|\d{1,2}(?:[-—–至]\d{1,2})?月)?(?:底|末)?$/;
const TOLD = /^([^：]{2,60}?)：(.+)$/;
const COMPARED = /^\s*•\s*([^：]{2,40})：(.+)$/;
const FEWEST = { told: 3, compared: 2, cells: 2 };

const range = (line, from, to) => ({ start: line.start + from, end: line.start + to });

const withoutReferences = (text) => text.replace(/\s*(?:\[\d+\])+/g, "");

// The lines and tables of some text, in turn.
export function readTables(lines) {
  const found = [];
  for (let at = 0; at < lines.length;) {
    const read = READERS.map((reader) => reader(lines, at)).find(Boolean);
    if (read) found.push({ kind: "table", ...read.table });
    else found.push(lines[at]);
    at += read ? read.used : 1;
  }
  return found;
}

function runFrom(lines, at, read) {
  const rows = [];
  for (let n = at; n < lines.length; n += 1) {
    const row = read(lines[n]);
    if (!row) break;
    rows.push(row);
  }
  return rows;
}

// `a | b | c`, with or without a line of dashes under the head.
function barred(lines, at) {
  const rows = runFrom(lines, at, (line) => (line.text.split("|").length > 2 || /\S\s*\|\s*\S/.test(line.text) ? line : null));
  if (rows.length < FEWEST.cells) return null;
  const cells = rows.map((line) => split(line, /\|/g).filter(({ start, end }, n, all) => end > start || (n > 0 && n < all.length - 1)));
  const ruled = /^[\s|:-]+$/.test(rows[1].text);
  if (!ruled && new Set(cells.map((row) => row.length)).size > 1) return null;
  const [head, ...rest] = cells;
  return { used: rows.length, table: { head: head.map((cell) => [cell]), rows: (ruled ? rest.slice(1) : rest).map((row) => row.map((cell) => [cell])) } };
}

// Columns kept apart by two spaces or more.
function aligned(lines, at) {
  const rows = runFrom(lines, at, (line) => {
    const cells = split(line, / {2,}|\t+/g).filter(({ start, end }) => end > start);
    return cells.length > 1 && !line.bold ? cells : null;
  });
  if (rows.length < FEWEST.told || new Set(rows.map((row) => row.length)).size > 1) return null;
  const [head, ...rest] = rows;
  return { used: rows.length, table: { head: head.map((cell) => [cell]), rows: rest.map((row) => row.map((cell) => [cell])) } };
}

function split(line, by) {
  const cells = [];
  let from = 0;
  for (const { 0: whole, index } of [...line.text.matchAll(by), { 0: "", index: line.text.length }]) {
    const text = line.text.slice(from, index);
    const lead = text.length - text.trimStart().length;
    cells.push(range(line, from + lead, from + lead + text.trim().length));
    from = index + whole.length;
  }
  return cells;
}

const inCells = (line) => (line && !line.bold && line.text.split(WIDE_SPACE).length === 2 && !line.text.startsWith(WIDE_SPACE) ? split(line, /　/g) : null);

// The ledger: a title, then lines of a name and a number, often under the bureau's name.
function ledger(lines, at) {
  const title = lines[at];
  if (!title.bold) return null;
  let n = at + 1;
  const skipGaps = () => { while (n < lines.length && !lines[n].text.trim()) n += 1; };
  skipGaps();
  const plain = runFrom(lines, n, inCells);
  if (plain.length >= FEWEST.cells) {
    return { used: n + plain.length - at, table: { title, head: ["bureau", "value"], rows: plain.map((row) => row.map((cell) => [cell])) } };
  }
  const rows = [];
  let used = 0;
  while (lines[n]?.bold) {
    const group = runFrom(lines, n + 1, inCells);
    if (!group.length) break;
    const of = [range(lines[n], 0, lines[n].text.length)];
    rows.push(...group.map((row) => [of, ...row.map((cell) => [cell])]));
    n += 1 + group.length;
    used = n - at;
    skipGaps();
  }
  return rows.length >= FEWEST.cells ? { used, table: { title, head: ["bureau", "period", "value"], rows } } : null;
}

// One statement a line: whose it is, of which period, what it says.
function statements(lines, at) {
  const rows = runFrom(lines, at, (line) => {
    const found = !line.bold && /\[\d+\]\s*$/.test(line.text) && TOLD.exec(line.text);
    const period = found && PERIOD.exec(found[1]);
    return period ? { line, name: found[1], period: period[0], value: found[2] } : null;
  });
  if (rows.length < FEWEST.told) return null;
  const shared = sharedStart(rows.map(({ value }) => value));
  return {
    used: rows.length,
    table: {
      head: ["bureau", "period", shared ? { text: shared } : "value"],
      rows: rows.map(({ line, name, period, value }) => {
        const cut = name.length - period.length;
        const from = line.text.length - value.length + shared.length;
        return [[range(line, 0, cut)], [range(line, cut, name.length)], [range(line, from, line.text.length)]];
      }),
    },
  };
}

// The words before the number, where all rows have the same.
function sharedStart(values) {
  const start = /^[^\d*×+\-−]+/.exec(values[0])?.[0] ?? "";
  return start.length > 1 && values.every((value) => value.startsWith(start) && /^[\d*×+\-−]/.test(value.slice(start.length))) ? start : "";
}

// An indicator a line, with what each report says of it: a column for each report.
function compared(lines, at) {
  const rows = runFrom(lines, at, (line) => {
    const found = COMPARED.exec(line.text);
    if (!found || !/\[\d+\]/.test(found[2])) return null;
    const cells = [];
    let start = line.text.length - found[2].length;
    for (const text of found[2].split("；")) {
      const [, report, value] = /^(.*?(?:19|20)\d\d年[^\s：]*)\s+(\S.*)$/.exec(text) ?? [];
      if (!report) return null;
      cells.push({ of: report.trim(), range: range(line, start + text.length - value.length, start + text.length) });
      start += text.length + 1;
    }
    const nameAt = line.text.indexOf(found[1]);
    return { name: range(line, nameAt, nameAt + found[1].length), cells };
  });
  if (rows.length < FEWEST.compared) return null;
  const reports = [...new Set(rows.flatMap(({ cells }) => cells.map(({ of }) => of)))];
  return {
    used: rows.length,
    table: {
      head: ["indicator", ...reports.map((text) => ({ text }))],
      rows: rows.map(({ name, cells }) => [[name], ...reports.map((report) => cells.filter(({ of }) => of === report).map((cell) => cell.range))]),
    },
  };
}

const READERS = [barred, ledger, statements, compared, aligned];

const TIMES = { 万: 1e4, 亿: 1e8 };

// A number that a cell begins with, for sorting; NaN where it has none.
export function numberIn(text) {
  const found = /^[^\d]{0,2}?(-?\d[\d,，]*(?:\.\d+)?)\s*(万|亿)?/.exec(withoutReferences(text).trim());
  return found ? Number(found[1].replace(/[,，]/g, "")) * (TIMES[found[2]] ?? 1) : NaN;
}
