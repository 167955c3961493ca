import { expect } from 'chai'
import { fold, type Decider } from '../decider.ts'

/** Event types, `-` for accepted without events, `! ` before the type of a refusal. */
export type Answers<Commands> = { readonly [Name in keyof Commands]?: string }

/**
 * One test a situation: each of the commands in it. What is not in `answers` has to be refused as an illegal transition,
 * with the status and the command.
 */
export const everyCommandInEverySituation = <
  State extends { readonly status: string },
  Command extends { readonly type: string },
  Event extends { readonly type: string },
  Rejection extends { readonly type: string },
  Commands extends Readonly<Record<string, Command>>,
>(
  decider: Decider<State, Command, Event, Rejection>,
  commands: Commands,
  situations: Readonly<
    Record<string, { status: State['status']; history: readonly Event[]; answers: Answers<Commands> }>
  >,
): void => {
  for (const [situation, { status, history, answers }] of Object.entries(situations)) {
    it(situation, () => {
      const state = fold(decider, history)
      expect(state.status).to.equal(status)
      for (const [name, command] of Object.entries<Command>(commands)) {
        const expected = answers[name] ?? '! illegal_transition'
        const decision = decider.decide(command, state)
        const answer = decision.accepted
          ? decision.events.map((event) => event.type).join(' ') || '-'
          : `! ${decision.rejection.type}`
        expect(answer, name).to.equal(expected)
        if (decision.accepted) fold({ ...decider, initial: state }, decision.events)
        else expect(decision.rejection).to.include({ command: command.type })
        if (answer === '! illegal_transition')
          expect(decision).to.have.nested.property('rejection.status', status)
      }
    })
  }
}
