import { writeFileSync } from 'node:fs';

/**
 * Ends every run with one line: `N passed, N failed`, and skipped when there are. A test file that did not
 * even load counts as failed. `.ci/run` gets the line through the file named by `PGWARDEN_TEST_COUNTS`.
 */
export default class CountsReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = results;
    const brokenFiles = testResults.filter((file) => file.testExecError !== undefined).length;
    const skipped = numPendingTests + numTodoTests;
    const counts = [`${numPassedTests} passed`, `${numFailedTests + brokenFiles} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    process.once('exit', () => process.stderr.write(`${counts.join(', ')}\n`));
    const file = process.env.PGWARDEN_TEST_COUNTS;
    if (file !== undefined) writeFileSync(file, `${counts.join(', ')}\n`);
  }
}
