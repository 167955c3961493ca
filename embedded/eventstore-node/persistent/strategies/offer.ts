import type { Consumer, Message } from '../message.ts'

/** Gives a message to the consumer if it has room for one. */
export const offer = (consumer: Consumer, message: Message): boolean => {
  if (consumer.inFlight >= consumer.bufferSize || !consumer.canReceive()) return false
  consumer.inFlight++
  consumer.totalItems++
  message.consumer = consumer
  return true
}
