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

/** The API server's refusal of a request. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly code: number;
  /** What it says beside, empty when it says nothing a program can read, e.g. for a path it does not know. */
  readonly status: ApiStatus;

  constructor(code: number, status: ApiStatus) {
    super(status.message ?? `the API server answered ${String(code)}`);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

/** From the body of an answer, or the object of a watch's last event. */
export function apiError(code: number, body: unknown): ApiError {
  const { data, success } = statusSchema.safeParse(body);
  return new ApiError(code, success ? data : {});
}

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof ApiError && error.code === code;
}

/** Whether the API server knows the resource's kind and has no object of the name: a kind it does not know is no proof. */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof ApiError && error.code === 404 && error.status.details?.name !== undefined
  );
}
