// Lighthouse over every chapter: accessibility and best practices must be 100. Slow, so it is not
// among the tests: `npm run lighthouse`, or `npm run lighthouse -- sse.html` for one page.
import { lighthouse } from "./checks.js";
import * as setup from "./setup.js";

if (setup.needs("Chromium", setup.CHROMIUM).skip) process.exit(0);
setup.buildBook();

const site = await setup.serveFolder(setup.BOOK_DIR);
const judge = await lighthouse();
let failed = false;
try {
  const asked = process.argv.slice(2);
  for (const path of asked.length > 0 ? asked : await setup.chapters()) {
    for (const form of ["desktop", "mobile"]) {
      const { scores, report } = await judge.score(site.url + path, form);
      console.log(`${path}, ${form}:`, JSON.stringify(scores));
      for (const id of ["accessibility", "best-practices"]) {
        if (scores[id] === 100) continue;
        failed = true;
        for (const { id: audit } of report.categories[id].auditRefs) {
          const { score, title, details } = report.audits[audit];
          if (score !== null && score < 1) console.error(`  ${title}`, JSON.stringify(details?.items ?? []));
        }
      }
    }
  }
} finally {
  await judge.close();
  site.close();
}
process.exit(failed ? 1 : 0);
