const digitsOf = new Map<string, number>()

/** Minor units as people write them: 14.90 EUR, 1,490 JPY. */
export const moneyText = ({
  amount,
  currency,
}: {
  readonly amount: number
  readonly currency: string
}): string => {
  let digits = digitsOf.get(currency)
  if (digits === undefined) {
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    digitsOf.set(currency, digits)
  }
  const value = (amount / 10 ** digits).toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${value} ${currency}`
}
