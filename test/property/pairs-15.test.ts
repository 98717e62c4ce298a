import { majors } from '../setup/servers.ts';
import { runPairs } from './pairs.ts';

if (majors().includes(15)) runPairs(15);
