import { majors } from '../setup/servers.ts';
import { runPairs } from './pairs.ts';

if (majors().includes(17)) runPairs(17);
