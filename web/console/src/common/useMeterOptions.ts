/** Every meter as an option of a select: its place and its code, found by either. */
import { useMemo } from 'react'
import { useMeters, useSite } from '@/api/queries'
import { placeOf } from '@/domain/meter'

export function useMeterOptions(): { value: number; label: string }[] {
  const meters = useMeters()
  const site = useSite()
  return useMemo(() => {
    const names = new Map(site.data?.buildings.map((b) => [b.id, b.name]))
    return (meters.data?.rows ?? []).map((tile) => ({
      value: tile.id,
      label: [placeOf(tile, names.get(tile.building_id ?? -1)), tile.code].filter(Boolean).join(' · '),
    }))
  }, [meters.data, site.data])
}
