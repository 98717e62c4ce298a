import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { rbacObject, type RbacObject } from './target-rbac.ts';

const fileSchema = z.object({ kind: z.literal('List'), items: z.array(rbacObject) });

/** The Roles and RoleBindings for each namespace, as the chart renders them. Throws Refusal `Usage`. */
export async function readRbacFile(path: string): Promise<readonly RbacObject[]> {
  try {
    return fileSchema.parse(parse(await readFile(path, 'utf8'))).items;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const message = `cannot read the Roles for namespaces from ${path}: ${why}`;
    throw new Refusal(
      'Usage',
      message,
      'Use the file from the chart, or set PGWARDEN_RECONCILE_RBAC to false.',
    );
  }
}
