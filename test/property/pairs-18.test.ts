import { majors } from '../setup/servers.ts';
import { runPairs } from './pairs.ts';

if (majors().includes(18)) runPairs(18);
