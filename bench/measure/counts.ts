/** Whole numbers from 1, with commas between them. @throws RangeError where `text`, which `option` was given, is something else */
export const countsOf = (option: string, text: string): number[] =>
  text.split(',').map((count) => {
    if (/^[1-9]\d{0,8}$/.test(count)) return Number(count)
    throw new RangeError(
      `${option} is ${text}, but it has to be whole numbers from 1, with commas between them.`,
    )
  })
