/** An expected failure: one line that says what was expected, and what to type. Everything else is a bug and keeps its stack. */
export class LabError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
  }
}
