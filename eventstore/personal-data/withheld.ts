import type { PersonalDataKeys } from './keys.ts'

/** For whoever reads and must not see personal data: all of it counts as erased. Nothing can be written with it. */
export const withheldKeys: PersonalDataKeys = {
  forCustomers: () => Promise.reject(new Error('with withheld keys nothing can be written')),
  byId: (keyIds) => Promise.resolve(new Map(keyIds.map((id) => [id, 'erased']))),
}
