import { expect } from 'chai'

/** What `work` failed with; it has to be a `Kind`. */
export const rejection = async <Failure extends Error>(
  work: Promise<unknown>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructors differ in their parameters
  Kind: abstract new (...parameters: any[]) => Failure,
): Promise<Failure> => {
  const failure = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if (!('error' in failure)) throw new Error('It did not fail')
  expect(failure.error).to.be.instanceOf(Kind)
  if (!(failure.error instanceof Kind)) throw new Error('unreachable')
  return failure.error
}
