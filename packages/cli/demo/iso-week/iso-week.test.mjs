// The standard's own example, 12 April 1985, and the well-known table of dates around New Year, 2005 to 2010.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isoWeekDate } from "./iso-week.mjs";

const vectors = [
  ["1985-04-12", "1985-W15-5"],
  ["2005-01-01", "2004-W53-6"],
  ["2005-01-02", "2004-W53-7"],
  ["2005-12-31", "2005-W52-6"],
  ["2006-01-01", "2005-W52-7"],
  ["2006-01-02", "2006-W01-1"],
  ["2006-12-31", "2006-W52-7"],
  ["2007-01-01", "2007-W01-1"],
  ["2007-12-30", "2007-W52-7"],
  ["2007-12-31", "2008-W01-1"],
  ["2008-01-01", "2008-W01-2"],
  ["2008-12-28", "2008-W52-7"],
  ["2008-12-29", "2009-W01-1"],
  ["2008-12-30", "2009-W01-2"],
  ["2008-12-31", "2009-W01-3"],
  ["2009-01-01", "2009-W01-4"],
  ["2009-12-31", "2009-W53-4"],
  ["2010-01-01", "2009-W53-5"],
  ["2010-01-02", "2009-W53-6"],
  ["2010-01-03", "2009-W53-7"],
  ["0001-01-01", "0001-W01-1"],
  ["0099-12-31", "0099-W53-4"],
  ["9999-12-31", "9999-W52-5"],
];

for (const [calendarDate, weekDate] of vectors) {
  test(`${calendarDate} is ${weekDate}`, () => {
    assert.equal(isoWeekDate(calendarDate), weekDate);
  });
}

for (const text of [
  "",
  "2005-02-29",
  "2005-13-01",
  "2005-00-10",
  "2005-04-31",
  "0000-12-31",
  "2005-1-1",
  "20050101",
]) {
  test(`${JSON.stringify(text)} is not a calendar date`, () => {
    assert.throws(() => isoWeekDate(text), RangeError);
  });
}
