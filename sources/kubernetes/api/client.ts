import type { IncomingMessage } from 'node:http';
import { apiError } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { lines, textOf } from './text.ts';
import { httpTransport, type ApiRequest } from './transport.ts';

type Query = Readonly<Record<string, string>>;

/**
 * A client with the requests we need. Throws `ApiError` for an error response, and any other error if the server cannot
 * be reached.
 */
export interface ApiClient {
  readonly get: (path: string, query?: Query, accept?: string) => Promise<unknown>;
  readonly create: (path: string, body: object) => Promise<unknown>;
  /** Replaces the whole object, only if it still has the resourceVersion in `body`. */
  readonly replace: (path: string, body: object) => Promise<unknown>;
  /** Server-side apply: fields that we applied before and omit now are removed. */
  readonly apply: (path: string, body: object) => Promise<unknown>;
  /** JSON merge patch, only if the object still has the resourceVersion in `body`, if there is one. */
  readonly merge: (path: string, body: object) => Promise<unknown>;
  /** Deletes the object only if it has this uid, if one is given. */
  readonly remove: (path: string, uid?: string) => Promise<unknown>;
  /** The objects of a stream, one per line, until the server ends it. */
  readonly stream: (request: StreamRequest) => AsyncGenerator;
}

interface StreamRequest {
  readonly path: string;
  readonly query: Query;
  readonly accept?: string;
  readonly signal: AbortSignal;
}

/** The field manager in the object's managedFields. */
const fieldManager = 'pgwarden';

const limitMs = 10_000;

/** `onRequest` is called for every request. */
export function apiClient(
  credentials: Credentials,
  onRequest: (request: Pick<ApiRequest, 'method' | 'path' | 'query'>) => void = () => undefined,
): ApiClient {
  const transport = httpTransport(credentials);
  const call = async (request: ApiRequest) => {
    onRequest(request);
    return answer(await transport(request, AbortSignal.timeout(limitMs)));
  };
  const write = (method: ApiRequest['method'], path: string, body: object) =>
    call({ method, path, contentType: 'application/json', body: JSON.stringify(body) });
  const patch = (path: string, how: string, body: object, query: Query = {}) =>
    call({
      ...{ method: 'PATCH', path, query },
      contentType: `application/${how}`,
      body: JSON.stringify(body),
    });
  return {
    get: (path, query = {}, accept = 'application/json') =>
      call({ method: 'GET', path, query, accept }),
    create: (path, body) => write('POST', path, body),
    replace: (path, body) => write('PUT', path, body),
    apply: (path, body) => patch(path, 'apply-patch+yaml', body, { fieldManager, force: 'true' }),
    merge: (path, body) => patch(path, 'merge-patch+json', body),
    remove: (path, uid) => write('DELETE', path, deleteOptions(uid)),
    async *stream({ signal, ...request }) {
      onRequest({ method: 'GET', ...request });
      const stop = new AbortController();
      const abort = () => {
        stop.abort();
      };
      signal.addEventListener('abort', abort, { once: true });
      const late = setTimeout(abort, limitMs);
      try {
        const response = await transport({ method: 'GET', ...request }, stop.signal);
        clearTimeout(late);
        if (response.statusCode !== 200) await answer(response);
        for await (const line of lines(response)) yield parsed(line);
      } finally {
        clearTimeout(late);
        abort(); // end the connection if the caller stops reading
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

function deleteOptions(uid: string | undefined) {
  const preconditions = uid === undefined ? {} : { preconditions: { uid } };
  return { apiVersion: 'v1', kind: 'DeleteOptions', ...preconditions };
}

async function answer(response: IncomingMessage): Promise<unknown> {
  const { statusCode = 0 } = response;
  const body = parsed(await textOf(response));
  if (statusCode < 200 || statusCode > 299) throw apiError(statusCode, body);
  return body;
}

/** A response that is not JSON, for example from a gateway, has no Status. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
