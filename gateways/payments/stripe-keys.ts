import Stripe from 'stripe'

const MOST_FAULTS = 3

/**
 * Stripe answers a key that met a fault of its own with that fault for 24 hours. Where the state of the PaymentIntent sees to it
 * that nothing is done twice, the next key may be tried once that is so. https://docs.stripe.com/error-low-level#server-errors
 */
export const pastOldFaults = async <Result>(
  idempotencyKey: string,
  request: (options: { readonly idempotencyKey: string }) => Promise<Result>,
): Promise<Result> => {
  for (let fault = 0; ; fault += 1) {
    try {
      return await request({ idempotencyKey: fault === 0 ? idempotencyKey : `${idempotencyKey}/${fault}` })
    } catch (error) {
      if (fault === MOST_FAULTS || !isOldFault(error)) throw error
    }
  }
}

const isOldFault = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeAPIError &&
  (error.statusCode ?? 0) >= 500 &&
  error.headers?.[REPLAYED] === 'true'

/** Whether it is what the key was answered the first time, which may no longer be so. */
export const isReplayed = ({ lastResponse }: Stripe.Response<unknown>): boolean =>
  lastResponse.headers[REPLAYED] === 'true'

const REPLAYED = 'idempotent-replayed'
