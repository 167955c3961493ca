/** A variable that can't be accepted. The message is one sentence for the person who set it. */
export class ConfigError extends Error {
  readonly variable: string

  constructor(variable: string, sentence: string) {
    super(sentence)
    this.name = 'ConfigError'
    this.variable = variable
  }
}
