/** Begins a check, or a pulse test. */
import { useQueryClient } from '@tanstack/react-query'
import { Form, InputNumber, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, keyed, unwrap } from '@/api/client'
import { commissioningKeys } from '@/api/commissioning'
import { useSite } from '@/api/queries'
import type { Check, CheckScope, PulseTest } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { MeterField } from '@/common/MeterField'

const scopes = ['gateway', 'bus', 'building'] as const satisfies readonly CheckScope[]
interface CheckValues {
  scope: (typeof scopes)[number]
  scope_id: number
}

function PlaceItem() {
  const { t } = useTranslation()
  const site = useSite()
  const scope = Form.useWatch<CheckValues['scope'] | undefined>('scope') ?? 'gateway'
  const gateways = new Map(site.data?.gateways.map((g) => [g.id, g.name]))
  const options = {
    gateway: (site.data?.gateways ?? []).map((g) => ({ value: g.id, label: g.name })),
    building: (site.data?.buildings ?? []).map((b) => ({ value: b.id, label: b.name })),
    bus: (site.data?.buses ?? []).map((b) => ({
      value: b.id,
      label: `${gateways.get(b.gateway_id) ?? ''} ${b.name}`,
    })),
  }[scope]
  return (
    <Form.Item
      key={scope}
      name="scope_id"
      label={t(`state.checkScope.${scope}`)}
      rules={[{ required: true, message: t('check.scopeNeeded') }]}
    >
      <Select showSearch={{ optionFilterProp: 'label' }} options={options} data-testid="check-scope" />
    </Form.Item>
  )
}

function ScopeItem() {
  const { t } = useTranslation()
  const form = Form.useFormInstance<CheckValues>()
  return (
    <Form.Item name="scope" label={t('check.scope')}>
      <Radio.Group
        onChange={() => form.setFieldValue('scope_id', undefined)}
        options={scopes.map((value) => ({ value, label: t(`state.checkScope.${value}`) }))}
      />
    </Form.Item>
  )
}

export function CheckDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const navigate = useNavigate()
  return (
    <ActDialog<CheckValues, Check>
      title={t('check.new')}
      text={t('check.newText')}
      okText={t('check.start')}
      initial={{ scope: 'gateway' }}
      onClose={onClose}
      send={(body, key) =>
        unwrap(client.POST('/api/v1/checks', { params: { header: keyed(key) }, body }))
      }
      onDone={(check) => {
        void cache.invalidateQueries({ queryKey: commissioningKeys.checks })
        void navigate(`/commissioning/checks/${check.id}`)
      }}
    >
      <ScopeItem />
      <PlaceItem />
    </ActDialog>
  )
}

interface PulseValues {
  meter: number
  load_w?: number | null
  rounds: number
}
export function PulseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const navigate = useNavigate()
  return (
    <ActDialog<PulseValues, PulseTest>
      title={t('pulse.new')}
      text={t('pulse.newText')}
      okText={t('pulse.start')}
      initial={{ rounds: 4 }}
      onClose={onClose}
      send={({ meter, load_w, rounds }, key) =>
        unwrap(
          client.POST('/api/v1/pulse-tests', {
            params: { header: keyed(key) },
            body: { meter_id: meter, load_w: load_w ?? 0, rounds },
          }),
        )
      }
      onDone={(test) => {
        cache.setQueryData(commissioningKeys.pulse(test.id), test)
        void cache.invalidateQueries({ queryKey: commissioningKeys.pulses })
        void navigate(`/commissioning/pulses/${test.id}`)
      }}
    >
      <Form.Item name="meter" label={t('pulse.roomMeter')} rules={[{ required: true, message: t('pulse.meterNeeded') }]}>
        <MeterField testId="pulse-meter" />
      </Form.Item>
      <Form.Item name="load_w" label={t('pulse.load')} extra={t('pulse.loadHint')}>
        <InputNumber min={0} max={1_000_000} suffix="W" style={{ width: 180 }} data-testid="pulse-load" />
      </Form.Item>
      <Form.Item name="rounds" label={t('pulse.rounds')} extra={t('pulse.roundsHint')}>
        <InputNumber min={1} max={8} precision={0} style={{ width: 120 }} />
      </Form.Item>
    </ActDialog>
  )
}
