import {
  CategoryInUseError,
  CategoryPlaceError,
  SkuTakenError,
  SlugTakenError,
  UnknownCategoryError,
} from '../../supporting/catalogue/errors.ts'
import { UnusableImageError } from '../../supporting/catalogue/image-file.ts'
import { TooManyImagesError } from '../../supporting/catalogue/images.ts'
import type { ProblemKind } from '../problems.ts'
import { ProblemError } from '../problems.ts'

const kindOf = (error: Error): ProblemKind | undefined => {
  if (error instanceof SkuTakenError) return 'sku-taken'
  if (error instanceof SlugTakenError) return 'slug-taken'
  if (error instanceof UnknownCategoryError) return 'unknown-category'
  if (error instanceof CategoryPlaceError) return 'category-misplaced'
  if (error instanceof CategoryInUseError) return 'category-in-use'
  if (error instanceof UnusableImageError) return 'unusable-image'
  if (error instanceof TooManyImagesError) return 'too-many-images'
  return undefined
}

/** What the catalogue refuses, as a problem. @throws ProblemError */
export const orCatalogueProblem = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    const kind = error instanceof Error ? kindOf(error) : undefined
    if (kind === undefined || !(error instanceof Error)) throw error
    throw new ProblemError(kind, { detail: error.message, cause: error })
  }
}
