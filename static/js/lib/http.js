/**
 * Fetching JSON. Three things can go wrong, and a reader needs different advice for each, hence three errors.
 */

/** The format stands in the address; this only keeps an HTML page from coming back. */
const Accept = "application/geo+json, application/json, application/problem+json, */*;q=0.1";

/** No answer at all: the network or the server is away. */
export class Unreachable extends Error {}

/** The server understood and said no (4xx); `message` is its own explanation. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The server broke (5xx) or answered something that is not JSON. */
export class Broken extends Error {}

/**
 * @param {string | URL} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 * @throws {Unreachable | Refused | Broken} or AbortError when the signal fired
 */
export async function getJson(url, signal) {
  const response = await answer(url, signal);
  if (response.status >= 500) throw new Broken(`${response.status}`);
  let body;
  try {
    body = await response.json();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Broken("not JSON");
  }
  if (!response.ok) throw new Refused(body.detail || body.title || response.statusText, response.status);
  return body;
}

/**
 * @param {string | URL} url
 * @param {AbortSignal} [signal]
 */
async function answer(url, signal) {
  try {
    return await fetch(url, { signal, credentials: "same-origin", headers: { Accept } });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Unreachable(String(error));
  }
}

/**
 * Whether the request was given up because a newer one replaced it.
 * @param {unknown} error
 */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";
