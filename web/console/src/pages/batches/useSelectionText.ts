/** Whom a batch meant and what it changes, in words. */
import { useTranslation } from 'react-i18next'
import { useSite } from '@/api/queries'
import type { Batch, MeterSelection } from '@/api/types'
import { formatYuan } from '@/domain/money'
import { formatKw } from '@/domain/quantity'

export function useSelectionText(): (selection: MeterSelection) => string {
  const { t } = useTranslation()
  const site = useSite()
  return (selection) => {
    const parts: string[] = []
    const named = (list: { id: number; name: string }[] | undefined, id: number) =>
      list?.find((each) => each.id === id)?.name ?? `#${id}`
    if (selection.building_id !== undefined)
      parts.push(named(site.data?.buildings, selection.building_id))
    if (selection.floor !== undefined)
      parts.push(
        selection.floor < 0
          ? t('common.basement', { floor: -selection.floor })
          : t('common.floorName', { floor: selection.floor }),
      )
    if (selection.tariff_id !== undefined) parts.push(named(site.data?.tariffs, selection.tariff_id))
    if (selection.room_id !== undefined) parts.push(`${t('common.room')} #${selection.room_id}`)
    if (selection.account_id !== undefined) parts.push(`${t('meter.account')} #${selection.account_id}`)
    if (selection.states?.length)
      parts.push(selection.states.map((state) => t(`state.tile.${state}`)).join(' / '))
    if (selection.meter_ids?.length)
      parts.push(t('batch.listed', { count: selection.meter_ids.length }))
    return parts.join(' · ') || t('batch.wholeProperty')
  }
}

export function useSettingsText(): (settings: Batch['settings']) => string {
  const { t } = useTranslation()
  return (settings) =>
    [
      settings.alarm1_fen !== null && `${t('meter.alarm1')} ${formatYuan(settings.alarm1_fen)}`,
      settings.alarm2_fen !== null && `${t('meter.alarm2')} ${formatYuan(settings.alarm2_fen)}`,
      settings.overload_w !== null &&
        `${t('meter.overload')} ${settings.overload_w === 0 ? t('meter.overloadOff') : formatKw(settings.overload_w)}`,
      settings.overdraft_fen !== null && `${t('meter.overdraft')} ${formatYuan(settings.overdraft_fen)}`,
    ]
      .filter(Boolean)
      .join(' · ')
}
