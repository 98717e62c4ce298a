import { startupSnapshot } from 'node:v8';
// Commands that start without a delay: what they import is in the snapshot.
import '../actions/apply.ts';
import '../actions/diff.ts';
import '../actions/validate.ts';
import { runCommandLine } from '../run.ts';
import { warmUp } from './warm-up.ts';

/**
 * The entry of the single executable. Node.js runs this module when the executable is built, and stores the heap. Each
 * start continues in the function below with that heap, so nothing here may depend on the machine that builds it.
 */
declare const PGWARDEN_VERSION: string;

void warmUp();
startupSnapshot.setDeserializeMainFunction(() => {
  void runCommandLine(PGWARDEN_VERSION);
});
