/** What the server refused, or that it could not be reached; `message` is written for the person who reads it. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 where nothing answered
   * @param {string} message
   * @param {unknown} [said] the answer's body, where it was JSON
   */
  constructor(status, message, said) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.said = said;
  }

  /** Whether asking again later may help. */
  get mayPass() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
