import { z } from 'zod';

const statusSchema = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({
      name: z.string().optional(),
      kind: z.string().optional(),
      causes: z.array(z.object({ field: z.string().optional() })).optional(),
    })
    .optional(),
});

export type ApiStatus = z.infer<typeof statusSchema>;

/** An error response of the API server. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly code: number;
  /** The Status object of the response; empty if it has none, e.g. for a path that the server does not know. */
  readonly status: ApiStatus;

  constructor(code: number, status: ApiStatus) {
    super(status.message ?? `the API server responded with ${String(code)}`);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

/** Made from the body of a response, or from the object of a watch's last event. */
export function apiError(code: number, body: unknown): ApiError {
  const { data, success } = statusSchema.safeParse(body);
  return new ApiError(code, success ? data : {});
}

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof ApiError && error.code === code;
}

/**
 * Whether the object does not exist although its kind does. If the API server does not know the kind, that proves
 * nothing.
 */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof ApiError && error.code === 404 && error.status.details?.name !== undefined
  );
}
