/** What a tariff's prices are per. */
import type { Product } from '@/domain/product'

export const unitOf = (utility: Product['utility']): string => (utility === 'water' ? 'm³' : 'kWh')
