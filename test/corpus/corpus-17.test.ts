import { majors } from '../setup/servers.ts';
import { runCorpus } from './run-corpus.ts';

if (majors().includes(17)) runCorpus(17);
