import Stripe from 'stripe'
import type { AuthorizationRequest, AuthorizationResult, Keyed } from './provider.ts'
import { declineOf, isUnexpectedState, unsettled } from './stripe-errors.ts'
import { isReplayed, pastOldFaults } from './stripe-keys.ts'
import { toStripe } from './stripe-money.ts'

/**
 * In two requests: only the second holds money, and it is bound to the PaymentIntent of the first. So a hold whose answer was
 * lost is found again by asking for the first, whatever became of the second. Who asks again later than Stripe remembers the key
 * (24 hours) holds the money a second time; the first hold runs out by itself, because only a recorded one is ever captured.
 */
export const authorizeWithStripe = async (
  stripe: Stripe,
  request: AuthorizationRequest,
  returnUrl: string | undefined,
): Promise<AuthorizationResult> => {
  const { idempotencyKey, paymentId, customerId, paymentMethodId } = request
  const money = toStripe(request.amount)
  if (money === undefined) return declined('amount_not_supported', 'This amount can not be paid by card.')
  try {
    const created = await pastOldFaults(idempotencyKey, (options) =>
      stripe.paymentIntents.create(
        {
          ...money,
          capture_method: 'manual',
          payment_method: paymentMethodId,
          automatic_payment_methods: {
            enabled: true,
            allow_redirects: returnUrl === undefined ? 'never' : 'always',
          },
          metadata: { paymentId, customerId },
        },
        options,
      ),
    )
    const intent = isReplayed(created) ? await stripe.paymentIntents.retrieve(created.id) : created
    const isNew = intent.status === 'requires_confirmation'
    return authorizationOf(isNew ? await confirm(stripe, intent.id, request, returnUrl) : intent)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return { kind: 'declined', ...declineOf(error) }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      if (error.param === 'payment_method') {
        return declined('payment_method_unknown', `There is no payment method ${paymentMethodId}.`)
      }
      if (error.code === 'amount_too_small' || error.code === 'amount_too_large') {
        return declined(error.code, 'This amount can not be paid by card.')
      }
    }
    throw error
  }
}

const confirm = async (
  stripe: Stripe,
  id: string,
  { idempotencyKey }: Keyed,
  returnUrl: string | undefined,
): Promise<Stripe.PaymentIntent> => {
  try {
    return await pastOldFaults(`${idempotencyKey}/confirm`, (options) =>
      stripe.paymentIntents.confirm(
        id,
        returnUrl === undefined ? { error_on_requires_action: true } : { return_url: returnUrl },
        options,
      ),
    )
  } catch (error) {
    // somebody else has confirmed it meanwhile
    if (isUnexpectedState(error)) return stripe.paymentIntents.retrieve(id)
    throw error
  }
}

const authorizationOf = (intent: Stripe.PaymentIntent): AuthorizationResult => {
  const { id: providerReference, status } = intent
  switch (status) {
    case 'requires_capture':
    case 'succeeded':
      return { kind: 'authorized', providerReference }
    case 'requires_action':
    case 'processing':
      return {
        kind: 'pending',
        providerReference,
        redirectUrl: intent.next_action?.redirect_to_url?.url ?? null,
      }
    case 'requires_payment_method':
      return { kind: 'declined', ...declineOf(intent.last_payment_error) }
    case 'canceled':
      return declined('payment_voided', 'The authorisation was voided.')
    default:
      throw unsettled('authorize', intent)
  }
}

const declined = (code: string, message: string): AuthorizationResult => ({ kind: 'declined', code, message })
