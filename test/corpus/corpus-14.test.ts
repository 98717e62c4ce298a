import { majors } from '../setup/servers.ts';
import { runCorpus } from './run-corpus.ts';

if (majors().includes(14)) runCorpus(14);
