/** What a check covers, by name. */
import { useMeters, useSite } from '@/api/queries'
import type { Check } from '@/api/types'

export function useScopeName(): (check: Pick<Check, 'scope' | 'scope_id'>) => string {
  const site = useSite()
  const meters = useMeters()
  return ({ scope, scope_id: id }) => {
    const fallback = `#${id}`
    if (scope === 'building') return site.data?.buildings.find((b) => b.id === id)?.name ?? fallback
    if (scope === 'gateway') return site.data?.gateways.find((g) => g.id === id)?.name ?? fallback
    if (scope === 'meter') return meters.data?.rows.find((m) => m.id === id)?.code ?? fallback
    const bus = site.data?.buses.find((b) => b.id === id)
    const gateway = site.data?.gateways.find((g) => g.id === bus?.gateway_id)
    return bus ? `${gateway?.name ?? ''} ${bus.name}`.trim() : fallback
  }
}
