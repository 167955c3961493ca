/** The domain did not do what the plan rests on: a bug, or somebody else is at work in the same shop. */
export class SeedError extends Error {
  override readonly name: string = 'SeedError'
  readonly about: string

  constructor(about: string, problem: string) {
    super(`${about}: ${problem}`)
    this.about = about
  }
}
