type Answers<Answer> = ReadonlyMap<string, Answer>

interface Question<Answer> {
  readonly ids: Set<string>
  readonly answers: Promise<Answers<Answer>>
}

/**
 * One question at a time to whoever keeps what the ids stand for: what is asked for meanwhile is asked together afterwards, and what
 * is being asked for is not asked again.
 * @returns answers to more than was asked for, and none to what is not known; fails where a question has failed that was waited for
 */
export const inTurn = <Answer>(
  ask: (ids: readonly string[]) => Promise<Answers<Answer>>,
): ((ids: readonly string[]) => Promise<readonly Answers<Answer>[]>) => {
  let running: Question<Answer> | undefined
  let next: Question<Answer> | undefined

  const run = (ids: Set<string>): Question<Answer> => {
    const question: Question<Answer> = {
      ids,
      answers: ask([...ids]).finally(() => {
        if (running === question) running = undefined
      }),
    }
    running = question
    return question
  }

  const after = (before: Question<Answer>): Question<Answer> => {
    const ids = new Set<string>()
    const begin = (): Promise<Answers<Answer>> => {
      next = undefined
      return run(ids).answers
    }
    // its failure is told to those who have asked for it
    return { ids, answers: before.answers.then(begin, begin) }
  }

  return async (ids) => {
    const waitedFor = new Set<Promise<Answers<Answer>>>()
    const unasked: string[] = []
    for (const id of ids) {
      if (running?.ids.has(id) === true) waitedFor.add(running.answers)
      else unasked.push(id)
    }
    if (unasked.length > 0 && running === undefined) waitedFor.add(run(new Set(unasked)).answers)
    else if (unasked.length > 0 && running !== undefined) {
      next ??= after(running)
      for (const id of unasked) next.ids.add(id)
      waitedFor.add(next.answers)
    }
    return Promise.all(waitedFor)
  }
}
