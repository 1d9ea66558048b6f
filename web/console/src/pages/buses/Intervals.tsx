/** 抄读间隔: for the property, a bus or a meter; the most particular setting wins, and the line answers what it can keep. */
import { EditOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, InputNumber, Radio, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { controlKeys } from '@/api/control'
import { intervalKeys, usePollIntervalHistory, usePollIntervals } from '@/api/intervals'
import { useMeters, useSite } from '@/api/queries'
import type { PollInterval, PollIntervalEffect, PollIntervalRequest } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { formatSpan, formatTime } from '@/domain/time'

type Scope = PollIntervalRequest['scope']
const scopes: readonly Scope[] = ['property', 'bus', 'meter']
interface Values {
  scope: Scope
  id?: number
  status_s?: number | null
  full_s?: number | null
  reason: string
}

function WhomItem() {
  const { t } = useTranslation()
  const site = useSite()
  const meters = useMeters()
  const scope = Form.useWatch<Scope | undefined>('scope') ?? 'property'
  if (scope === 'property') return null
  const gateways = new Map(site.data?.gateways.map((g) => [g.id, g.name]))
  const options =
    scope === 'bus'
      ? (site.data?.buses ?? []).map((b) => ({
          value: b.id,
          label: `${gateways.get(b.gateway_id) ?? ''} ${b.name}`,
        }))
      : (meters.data?.rows ?? []).map((m) => ({
          value: m.id,
          label: [m.room_number, m.room_name, m.code].filter(Boolean).join(' · '),
        }))
  return (
    <Form.Item key={scope} name="id" label={t(`interval.scope.${scope}`)} rules={[{ required: true, message: t('interval.whomNeeded') }]}>
      <Select showSearch={{ optionFilterProp: 'label' }} options={options} />
    </Form.Item>
  )
}

function SecondsItem({ name, label, min }: { name: 'status_s' | 'full_s'; label: string; min: number }) {
  const { t } = useTranslation()
  return (
    <Form.Item name={name} label={label} extra={t('interval.emptyHint')}>
      <InputNumber min={min} max={86_400} precision={0} suffix="s" style={{ width: 180 }} data-testid={`interval-${name}`} />
    </Form.Item>
  )
}

function IntervalDialog({ onClose, onSet }: { onClose: () => void; onSet: (effect: PollIntervalEffect) => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  return (
    <ActDialog<Values, PollIntervalEffect>
      title={t('interval.set')}
      text={t('interval.setText')}
      okText={t('common.save')}
      initial={{ scope: 'property' }}
      onClose={onClose}
      send={({ scope, id, status_s, full_s, reason }) =>
        unwrap(
          client.POST('/api/v1/poll-intervals', {
            params: { header: csrf },
            body: {
              scope,
              reason: reason.trim(),
              status_s: status_s ?? null,
              full_s: full_s ?? null,
              ...(scope === 'property' || id === undefined ? {} : { id }),
            },
          }),
        )
      }
      onDone={(effect) => {
        message.success(t('interval.done'))
        void cache.invalidateQueries({ queryKey: intervalKeys.all })
        void cache.invalidateQueries({ queryKey: controlKeys.buses })
        onSet(effect)
        onClose()
      }}
    >
      <Form.Item name="scope" label={t('interval.whom')}>
        <Radio.Group options={scopes.map((value) => ({ value, label: t(`interval.scope.${value}`) }))} />
      </Form.Item>
      <WhomItem />
      <SecondsItem name="status_s" label={t('bus.statusInterval')} min={2} />
      <SecondsItem name="full_s" label={t('bus.fullInterval')} min={10} />
      <ReasonItem label={t('common.reason')} />
    </ActDialog>
  )
}

/** Lines that were asked for more than they carry. */
function TooMuch({ effect }: { effect: PollIntervalEffect }) {
  const { t } = useTranslation()
  const over = effect.lines.filter((line) => line.asked_e3 > 1000)
  if (over.length === 0) return null
  return (
    <Alert
      type="warning"
      showIcon
      style={{ margin: '0 16px 12px' }}
      title={t('interval.tooMuch')}
      description={over
        .map((line) =>
          t('interval.lineAllows', {
            name: line.name,
            percent: Math.round(line.asked_e3 / 10),
            allows: line.allows_ms === null ? t('bus.never') : formatSpan(line.allows_ms),
          }),
        )
        .join(t('batch.reasonJoin'))}
    />
  )
}

function useColumns(): ListColumn<PollInterval>[] {
  const { t } = useTranslation()
  const every = (value: number | null) => (
    <span className="num">{value === null ? t('interval.asBefore') : formatSpan(value * 1000)}</span>
  )
  return [
    {
      key: 'whom',
      title: t('interval.whom'),
      width: 190,
      card: 'title',
      render: (row) => (
        <>
          <span className="muted">{t(`interval.scope.${row.scope}`)}</span>{' '}
          <b>{row.meter_code ?? row.bus_name ?? ''}</b>
        </>
      ),
    },
    { key: 'status', title: t('bus.statusInterval'), width: 120, align: 'right', render: (row) => every(row.status_s) },
    { key: 'full', title: t('bus.fullInterval'), width: 120, align: 'right', render: (row) => every(row.full_s) },
    { key: 'reason', title: t('common.reason'), width: 200, render: (row) => <span className="break">{row.reason || '—'}</span> },
    { key: 'by', title: t('common.operator'), width: 100, render: (row) => row.set_by ?? '—' },
    { key: 'at', title: t('interval.from'), width: 160, render: (row) => <span className="num">{formatTime(row.set_at)}</span> },
  ]
}

/** What is in force. */
function InForce() {
  const { t } = useTranslation()
  const intervals = usePollIntervals()
  const columns = useColumns()
  return (
    <Loaded query={intervals} rows={2}>
      {(list) => (
        <ListTable
          name="intervals"
          columns={columns}
          rows={list.rows}
          rowKey={(row) => row.id}
          minWidth={890}
          rowTestId="interval-row"
          empty={<EmptyView title={t('interval.none')} hint={t('interval.noneHint')} />}
        />
      )}
    </Loaded>
  )
}

/** Everything that ever was set: who, when, why, and until when. */
function History() {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging('interval-history')
  const history = usePollIntervalHistory({ limit, offset })
  const until: ListColumn<PollInterval> = {
    key: 'until',
    title: t('interval.until'),
    width: 160,
    render: (row) =>
      row.ended_at === null ? (
        <ToneTag tone="success">{t('interval.inForce')}</ToneTag>
      ) : (
        <span className="num">{formatTime(row.ended_at)}</span>
      ),
  }
  const columns = [...useColumns(), until]
  return (
    <Loaded query={history} rows={2}>
      {(list) => (
        <ListTable
          name="interval-history"
          columns={columns}
          rows={list.rows}
          rowKey={(row) => row.id}
          loading={history.isPlaceholderData}
          paging={paging(list.total)}
          minWidth={1000}
          rowTestId="interval-past"
          empty={<EmptyView title={t('interval.noHistory')} />}
        />
      )}
    </Loaded>
  )
}

export function Intervals() {
  const { t } = useTranslation()
  const [setting, setSetting] = useState(false)
  const [effect, setEffect] = useState<PollIntervalEffect | null>(null)
  const [part, setPart] = useState<'inForce' | 'history'>('inForce')
  return (
    <Panel
      title={t('interval.heading')}
      extra={
        <>
          <Segmented<typeof part>
            value={part}
            onChange={setPart}
            aria-label={t('interval.heading')}
            data-testid="interval-part"
            options={(['inForce', 'history'] as const).map((value) => ({ value, label: t(`interval.${value}`) }))}
          />
          <RightButton right="import_site" icon={<EditOutlined />} onClick={() => setSetting(true)} data-testid="interval-set">
            {t('interval.set')}
          </RightButton>
        </>
      }
      flush
    >
      {effect && <TooMuch effect={effect} />}
      {part === 'inForce' ? <InForce /> : <History />}
      {setting && <IntervalDialog onClose={() => setSetting(false)} onSet={setEffect} />}
    </Panel>
  )
}
