import { z } from 'zod';

/** The zone of connections that name none. Its worker is the one without a zone. */
export const defaultZone = 'default';

/** Short enough for the names of resources in Kubernetes. */
export const zonePattern = '^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$';

const shape = new RegExp(zonePattern);

/** The name becomes part of the name of a task queue. */
export const zoneName = z
  .string()
  .regex(
    shape,
    'is no zone: write up to 40 lower-case letters, digits and dashes, with a letter or digit at both ends',
  );

export function isZoneName(text: string): boolean {
  return shape.test(text);
}

interface Zoned {
  readonly connection: { readonly zone?: string | undefined };
}

/** The zone whose worker connects. An invalid spec has none, because nobody connects for it. */
export function zoneOf(spec: Zoned | undefined): string {
  return spec?.connection.zone ?? defaultZone;
}
