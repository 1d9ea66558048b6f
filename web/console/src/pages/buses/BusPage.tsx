/** One bus: its line, its queues, its errors by kind, and every meter on it. */
import { Alert, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { busesEveryMs, useBus } from '@/api/control'
import type { BusReport, MeterLine } from '@/api/types'
import { byFigure, figureColumn } from '@/common/figureColumn'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { Updated } from '@/common/Updated'
import { EmptyView, Loaded } from '@/common/views'
import { errorKinds, goodPercent, isBackedOff, standingOf } from '@/domain/line'
import { formatSpan } from '@/domain/time'
import { codes } from '@/i18n/codes'
import { BusTag, LoadBar } from './BusesPage'

const countOf = (value: number | null): string => (value ?? 0).toLocaleString('en-US')
const count = (value: number) => <span className="num">{countOf(value)}</span>

function Line({ bus }: { bus: BusReport }) {
  const { t } = useTranslation()
  const { line } = bus
  const percent = goodPercent(line)
  return (
    <Panel title={t('bus.line')}>
      <Facts
        items={[
          { label: t('bus.load'), value: <LoadBar busyE3={line.load_e3} label={t('bus.load')} /> },
          {
            label: t('bus.meters'),
            value: t('gateways.answering', { answered: line.meters - line.lost, total: line.meters }),
          },
          {
            label: t('bus.allows'),
            value: line.allows_ms === null ? t('bus.never') : formatSpan(line.allows_ms),
          },
          { label: t('bus.oldest'), value: formatSpan(line.oldest_status_age_ms) },
          { label: t('bus.statusInterval'), value: formatSpan(bus.status_interval_ms) },
          { label: t('bus.fullInterval'), value: formatSpan(bus.full_interval_ms) },
          { label: t('gateways.sweep'), value: formatSpan(line.sweep_ms) },
          { label: t('gateways.quality'), value: percent === null ? '—' : `${percent}%` },
          { label: t('bus.replyTimeout'), value: formatSpan(bus.reply_timeout_ms) },
          {
            label: t('gateways.transport'),
            value: `${t(`state.transport.${bus.transport}`)} · ${bus.baud} bit/s`,
          },
          { label: t('gateways.endpoint'), value: <span className="num">{bus.endpoint}</span> },
        ]}
      />
    </Panel>
  )
}

function Queues({ bus }: { bus: BusReport }) {
  const { t } = useTranslation()
  const { line } = bus
  return (
    <Panel title={t('bus.queues')}>
      <Facts
        items={line.waiting.map((queue) => ({
          label: t(`state.priority.${queue.priority}`),
          value: count(queue.jobs),
          testId: `queue-${queue.priority}`,
        }))}
      />
      <hr className="thin" />
      <Facts
        items={[
          { label: t('bus.urgent'), value: formatSpan(line.urgent_wait_ms_max) },
          { label: t('bus.urgentExchanges'), value: count(line.urgent_wait_exchanges_max) },
          { label: t('gateways.polls'), value: count(line.polls) },
          { label: t('gateways.jobs'), value: count(line.jobs) },
          { label: t('gateways.shed'), value: count(line.jobs_shed) },
        ]}
      />
    </Panel>
  )
}

function Errors({ bus }: { bus: BusReport }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('bus.errorsSince')}>
      <dl className="lines" data-testid="bus-errors">
        {errorKinds.map((kind) => (
          <div key={kind}>
            <dt>
              {t(`bus.error.${kind}`)}
              <span className="small muted">{t(`bus.errorHint.${kind}`)}</span>
            </dt>
            <dd className={bus.line.errors[kind] > 0 ? 'strong' : 'muted'}>
              {count(bus.line.errors[kind])}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function MeterState({ meter }: { meter: MeterLine }) {
  const { t } = useTranslation()
  if (meter.lost) return <ToneTag tone="danger">{t('state.tile.lost')}</ToneTag>
  if (meter.silences > 0)
    return <ToneTag tone="warning">{t('bus.silent', { count: meter.silences })}</ToneTag>
  return <ToneTag tone="success">{t('bus.answers')}</ToneTag>
}

/** Figures of one meter on its line, in this order. */
function useFigures(): ListColumn<MeterLine>[] {
  const { t } = useTranslation()
  const from = (span: number | null, scope: MeterLine['status_from']) => (
    <>
      {formatSpan(span)} <span className="muted">{t(`interval.scope.${scope}`)}</span>
    </>
  )
  const column = figureColumn<MeterLine>
  return [
    column({ key: 'status', title: t('bus.statusTime'), width: 105, of: (m) => m.status_ms, show: formatSpan }),
    column({ key: 'full', title: t('bus.fullTime'), width: 105, of: (m) => m.full_ms, show: formatSpan }),
    column({ key: 'age', title: t('bus.statusAge'), width: 105, of: (m) => m.status_age_ms, show: formatSpan }),
    column({ key: 'ok', title: t('gateways.ok'), width: 80, of: (m) => m.exchanges_ok, show: countOf }),
    column({ key: 'timeouts', title: t('gateways.timeouts'), width: 75, of: (m) => m.timeouts, show: countOf }),
    column({ key: 'errors', title: t('bus.otherErrors'), width: 90, of: (m) => m.errors, show: countOf }),
    column({ key: 'statusEvery', title: t('bus.statusInterval'), width: 140, optional: true, of: (m) => m.status_interval_ms, show: (span, m) => from(span, m.status_from) }),
    column({ key: 'fullEvery', title: t('bus.fullInterval'), width: 140, optional: true, of: (m) => m.full_interval_ms, show: (span, m) => from(span, m.full_from) }),
  ]
}

function useColumns(): ListColumn<MeterLine>[] {
  const { t, i18n } = useTranslation()
  const figures = useFigures()
  const word = (code: string | null): string =>
    code === null ? '—' : (codes[code]?.[i18n.language === 'en' ? 1 : 0] ?? code)
  return [
    figureColumn({ key: 'unit', title: t('bus.unit'), width: 70, of: (m) => m.unit, show: (unit) => unit }),
    {
      key: 'code',
      title: t('common.meter'),
      width: 170,
      card: 'title',
      sort: (a, b) => a.code.localeCompare(b.code, 'zh-CN', { numeric: true }),
      render: (m) => (
        <>
          <b className="num">{m.code}</b> <span className="muted">{m.name}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 125,
      card: 'tag',
      sort: byFigure((m) => (m.lost ? 1e9 : m.silences)),
      render: (m) => <MeterState meter={m} />,
    },
    ...figures,
    { key: 'last', title: t('bus.lastError'), width: 150, render: (m) => word(m.last_error) },
  ]
}

const choices = ['all', 'backed_off', 'slowest'] as const
type Choice = (typeof choices)[number]

function Meters({ bus }: { bus: BusReport }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const columns = useColumns()
  const [choice, setChoice] = useState<Choice>('all')
  const of: Record<Choice, MeterLine[]> = {
    all: bus.meters,
    backed_off: bus.meters.filter(isBackedOff),
    slowest: bus.slowest_meter_ids.flatMap((id) => bus.meters.filter((m) => m.meter_id === id)),
  }
  return (
    <section className="panel" data-testid="bus-meters">
      <ListTable
        name="bus-meters"
        columns={columns}
        rows={of[choice]}
        rowKey={(m) => m.meter_id}
        onOpen={(m) => void navigate(`/meters/${m.meter_id}`)}
        minWidth={1005}
        rowTestId="bus-meter-row"
        empty={
          <EmptyView
            title={t(choice === 'backed_off' ? 'bus.noneBackedOff' : 'bus.noMeters')}
          />
        }
        toolbar={
          <Segmented<Choice>
            value={choice}
            onChange={setChoice}
            aria-label={t('bus.choice')}
            options={choices.map((value) => ({
              value,
              label: `${t(`bus.show.${value}`)} ${of[value].length}`,
            }))}
          />
        }
      />
    </section>
  )
}

function Body({ bus, updatedAt }: { bus: BusReport; updatedAt: number }) {
  const { t } = useTranslation()
  const standing = standingOf(bus)
  return (
    <>
      <PageHead
        title={`${bus.gateway_name} · ${bus.name}`}
        sub={<BusTag bus={bus} />}
        extra={<Updated atMs={updatedAt} everySeconds={busesEveryMs / 1000} />}
      />
      <div className="stack">
        {standing !== 'good' && (
          <Alert type="warning" showIcon title={t(`bus.standingHint.${standing}`)} />
        )}
        <div className="columns">
          <div className="stack">
            <Line bus={bus} />
            <Queues bus={bus} />
          </div>
          <Errors bus={bus} />
        </div>
        <Meters bus={bus} />
      </div>
    </>
  )
}

export function BusPage() {
  const bus = useBus(Number(useParams().id))
  return (
    <Loaded query={bus} rows={12}>
      {(found) => <Body bus={found} updatedAt={bus.dataUpdatedAt} />}
    </Loaded>
  )
}
