import { textMember } from '../text-member.ts'
import type { StoredRecord } from '../../eventstore/records.ts'

/** Which events an export takes; all that is given has to hold. */
export interface ExportFilter {
  /** Written at this time or later. */
  readonly from?: Date | undefined
  /** Written before this time. */
  readonly before?: Date | undefined
  readonly customer?: string | undefined
  readonly order?: string | undefined
}

/**
 * Whether an event is to be exported. It has to be asked of every event in the order of `$all`: whose order it is, an order's first
 * event says, and the others belong to it by its id.
 */
export const createFilter = ({
  from,
  before,
  customer,
  order,
}: ExportFilter): ((record: StoredRecord) => boolean) => {
  const theirs = new Set<string>()
  const isTheirs = ({ stream, data }: StoredRecord): boolean => {
    if (customer === undefined) return true
    if (stream === `wallet-${customer}`) return true
    const orderId = orderOf(stream, data)
    if (textMember(data, 'customerId') === customer && orderId !== undefined) theirs.add(orderId)
    return orderId !== undefined && theirs.has(orderId)
  }
  return (record) => {
    // asked in any case: it learns from what it does not let through
    const isOfCustomer = isTheirs(record)
    const { created } = record
    return (
      isOfCustomer &&
      (from === undefined || created >= from) &&
      (before === undefined || created < before) &&
      (order === undefined || orderOf(record.stream, record.data) === order)
    )
  }
}

/** The order that an event has to do with, be it in the stream of the order, its payment, an item or a wallet. */
const orderOf = (stream: string, data: unknown): string | undefined => {
  const id = stream.slice(stream.indexOf('-') + 1)
  if (stream.startsWith('order-') || stream.startsWith('payment-')) return id
  return (
    textMember(data, 'reservationId') ??
    textMember(data, 'orderId') ??
    textMember(data, 'holdId') ??
    textMember(data, 'refundedHoldId')
  )
}
