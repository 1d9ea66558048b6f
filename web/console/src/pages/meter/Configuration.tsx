/** How the meter is set up, and the two downloads into it. */
import { CloudDownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand, useSite } from '@/api/queries'
import type { Command, MeterDetail } from '@/api/types'
import { CommandProgress } from '@/common/CommandProgress'
import { Facts, type FactItem } from '@/common/Page'
import { formatYuan } from '@/domain/money'
import { formatKw } from '@/domain/quantity'
import { useSession } from '@/shell/SessionContext'
import { Compare } from './Compare'
import { useDownload } from './useDownload'

function useItems({ meter, prepaid, tile }: MeterDetail): FactItem[] {
  const { t } = useTranslation()
  const site = useSite()
  const tariff = site.data?.tariffs.find((each) => each.id === meter.tariff_id)
  const model = site.data?.models.find((each) => each.name === meter.model)
  return [
    { label: t('meter.code'), value: tile.code },
    { label: t('matrix.location'), value: tile.name || '—' },
    { label: t('meter.model'), value: model?.title ?? meter.model },
    {
      label: t('meter.serial'),
      value: meter.serial || prepaid?.serial || t('meter.serialLearning'),
    },
    {
      label: t('meter.utility'),
      value: `${t(`state.utility.${meter.utility}`)} · ${meter.prepaid ? t(`state.wallet.${meter.wallet}`) : t('meter.checkMeter')}`,
    },
    { label: t('meter.ct'), value: meter.ct_ratio },
    { label: t('meter.gateway'), value: meter.gateway?.name ?? '—' },
    { label: t('meter.bus'), value: meter.bus?.name ?? '—' },
    { label: t('meter.unit'), value: meter.unit },
    { label: t('meter.tariff'), value: tariff?.name ?? t('meter.tariffNone') },
    { label: t('meter.alarm1'), value: formatYuan(meter.settings.alarm1_fen) },
    { label: t('meter.alarm2'), value: formatYuan(meter.settings.alarm2_fen) },
    {
      label: t('meter.overload'),
      value:
        meter.settings.overload_w === 0
          ? t('meter.overloadOff')
          : formatKw(meter.settings.overload_w),
    },
    { label: t('meter.overdraft'), value: formatYuan(meter.settings.overdraft_fen) },
    { label: t('meter.priceVersion'), value: prepaid?.price_version ?? '—' },
    { label: t('meter.settingsVersion'), value: prepaid?.settings_version ?? '—' },
    { label: t('meter.clock'), value: prepaid?.clock?.replace('T', ' ') ?? '—' },
  ]
}

export function Configuration({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const [given, setGiven] = useState<Command | null>(null)
  const followed = useCommand(given?.id ?? null)
  const run = useDownload(detail.tile.id, setGiven)
  const items = useItems(detail)
  const shown = followed.data ?? given
  return (
    <div style={{ padding: 16 }}>
      <Facts items={items} />
      {detail.meter.key_is_zero && (
        <p className="small muted" style={{ margin: '12px 0 0' }}>
          {t('meter.keyZero')}
        </p>
      )}
      {can('switch_supply') && detail.account && (
        <div className="row" style={{ marginTop: 16 }}>
          {(['write_settings', 'write_prices'] as const).map((kind) => (
            <Button
              key={kind}
              icon={<CloudDownloadOutlined />}
              loading={run.isPending && run.variables === kind}
              disabled={run.isPending}
              onClick={() => run.mutate(kind)}
            >
              {t(`state.commandKind.${kind}`)}
            </Button>
          ))}
        </div>
      )}
      {shown && <CommandProgress command={shown} />}
      {detail.meter.prepaid && detail.meter.wallet === 'meter' && <Compare meterId={detail.tile.id} />}
    </div>
  )
}
