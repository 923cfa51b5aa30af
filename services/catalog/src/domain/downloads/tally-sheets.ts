const SHEET_SIZE = 100;

/**
 * Names the sheet that a grant is marked on. A sheet takes a hundred grants of one asset and minute from one
 * process: however hot an asset is, no sheet is, and counting one again is one short read.
 */
export function tallySheets(processToken: string): (asin: string, at: Date) => string {
  let minute = 0;
  let opened = 0;
  const open = new Map<string, { name: string; left: number }>();
  return (asin, at) => {
    const current = Math.floor(at.getTime() / 60_000);
    if (current !== minute) open.clear();
    minute = current;
    let sheet = open.get(asin);
    if (sheet === undefined || sheet.left === 0) {
      opened += 1;
      sheet = { name: `${processToken}-${opened.toString(36)}`, left: SHEET_SIZE };
      open.set(asin, sheet);
    }
    sheet.left -= 1;
    return sheet.name;
  };
}
