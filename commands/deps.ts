import type { PaymentProviders } from '../gateways/payments/providers.ts'
import type { CommandHandler } from './handle.ts'

export interface CommandDeps {
  readonly handler: CommandHandler
  readonly now: () => Date
}

export interface PaymentDeps extends CommandDeps {
  readonly providers: PaymentProviders
}

/** The present as events write it: RFC 3339, UTC, milliseconds. */
export const at = ({ now }: Pick<CommandDeps, 'now'>): string => now().toISOString()
