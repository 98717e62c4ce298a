import { majors } from '../setup/servers.ts';
import { runPairs } from './pairs.ts';

if (majors().includes(14)) runPairs(14);
