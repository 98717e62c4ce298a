import { majors } from '../setup/servers.ts';
import { runCorpus } from './run-corpus.ts';

if (majors().includes(18)) runCorpus(18);
