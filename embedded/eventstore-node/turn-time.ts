/** Milliseconds for which one reader may keep all others waiting. */
const TURN = 25

/** Says whether there is time left in the turn that begins now. */
export function beginTurn(): () => boolean {
  const end = performance.now() + TURN
  return () => performance.now() < end
}
