import type { ResolvedEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { createAnswers } from './answers.ts'

const delivery = (id: string): ResolvedEvent => ({
  event: {
    id,
    type: 'A',
    streamId: 'a',
    revision: 0n,
    created: new Date(0),
    isJson: true,
    data: {},
    metadata: {},
  },
})

describe('answers for delivered events', () => {
  let written: unknown[][]
  let errors: unknown[]
  let due: (() => void)[]
  const idsOf = (events: readonly ResolvedEvent[]): unknown[] => events.map(({ event }) => event?.id)
  const answersThat = (write: () => Promise<void>) =>
    createAnswers(
      {
        ack: (...events) => {
          written.push(['ack', ...idsOf(events)])
          return write()
        },
        nack: (action, reason, ...events) => {
          written.push([action, reason, ...idsOf(events)])
          return write()
        },
      },
      (error) => errors.push(error),
      (flush) => due.push(flush),
    )

  beforeEach(() => {
    written = []
    errors = []
    due = []
  })

  it('share one message where they are due in the same turn', () => {
    const answers = answersThat(() => Promise.resolve())
    for (const id of ['1', '2', '3']) answers.ack(delivery(id))
    answers.nack('retry', 'not yet', delivery('4'))
    for (const flush of due.splice(0)) flush()
    answers.ack(delivery('5'))
    for (const flush of due.splice(0)) flush()
    expect(written).to.deep.equal([
      ['retry', 'not yet', '4'],
      ['ack', '1', '2', '3'],
      ['ack', '5'],
    ])
  })

  it('are written without delay where that is asked for, and once', async () => {
    const answers = answersThat(() => Promise.resolve())
    answers.ack(delivery('1'))
    await answers.written()
    for (const flush of due) flush()
    expect(written).to.deep.equal([['ack', '1']])
  })

  it('are waited for', async () => {
    let finish = (): void => undefined
    const answers = answersThat(
      () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    )
    answers.nack('park', 'odd', delivery('1'))
    let isWritten = false
    const waiting = answers.written().then(() => {
      isWritten = true
    })
    await Promise.resolve()
    expect(isWritten).to.equal(false)
    finish()
    await waiting
  })

  it('that can not be written are told, and hold up nothing', async () => {
    const answers = answersThat(() => Promise.reject(new Error('lost')))
    answers.ack(delivery('1'))
    answers.nack('retry', 'not yet', delivery('2'))
    await answers.written()
    expect(errors).to.have.length(2)
  })
})
