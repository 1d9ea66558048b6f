/** 总线运行: how busy each line is, what it allows, who waits, what went wrong. */
import { ClusterOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { busesEveryMs, useBuses } from '@/api/control'
import type { BusLine } from '@/api/types'
import { byFigure, figureColumn } from '@/common/figureColumn'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { ToneTag } from '@/common/StateTag'
import { Updated } from '@/common/Updated'
import { Loaded, NoRows } from '@/common/views'
import { errorsOf, goodPercent, standingOf, standingTone, waitingOf } from '@/domain/line'
import { formatSpan } from '@/domain/time'
import { Intervals } from './Intervals'

export function LoadBar({ busyE3, label }: { busyE3: number; label: string }) {
  const percent = Math.round(busyE3 / 10)
  const colour =
    percent > 90 ? 'var(--danger)' : percent > 75 ? 'var(--warning)' : 'var(--success)'
  return (
    <Progress
      percent={percent}
      size="small"
      aria-label={label}
      strokeColor={colour}
      format={(value) => `${value}%`}
      style={{ minWidth: 100, margin: 0 }}
    />
  )
}

export function BusTag({ bus }: { bus: BusLine }) {
  const { t } = useTranslation()
  const standing = standingOf(bus)
  return <ToneTag tone={standingTone[standing]}>{t(`bus.standing.${standing}`)}</ToneTag>
}

/** Figures of one line, in this order. */
function useFigures(): ListColumn<BusLine>[] {
  const { t } = useTranslation()
  const column = figureColumn<BusLine>
  return [
    column({ key: 'allows', title: t('bus.allows'), width: 115, of: ({ line }) => line.allows_ms, show: (ms) => (ms === null ? t('bus.never') : formatSpan(ms)) }),
    column({ key: 'oldest', title: t('bus.oldest'), width: 115, of: ({ line }) => line.oldest_status_age_ms, show: formatSpan }),
    column({ key: 'good', title: t('gateways.quality'), width: 85, of: ({ line }) => goodPercent(line), show: (percent) => (percent === null ? '—' : `${percent}%`) }),
    column({ key: 'errors', title: t('bus.errors'), width: 75, of: ({ line }) => errorsOf(line), show: (count) => (count ?? 0).toLocaleString('en-US') }),
    column({ key: 'waiting', title: t('bus.waiting'), width: 75, of: ({ line }) => waitingOf(line), show: (count) => count }),
    column({ key: 'urgent', title: t('bus.urgent'), width: 110, optional: true, of: ({ line }) => line.urgent_wait_ms_max, show: formatSpan }),
  ]
}

function useColumns(): ListColumn<BusLine>[] {
  const { t } = useTranslation()
  const figures = useFigures()
  return [
    {
      key: 'name',
      title: t('gateways.bus'),
      width: 150,
      card: 'title',
      sort: (a, b) =>
        a.gateway_name.localeCompare(b.gateway_name, 'zh-CN', { numeric: true }) || a.id - b.id,
      render: (bus) => (
        <>
          <span className="muted">{bus.gateway_name}</span> <b>{bus.name}</b>
        </>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 130,
      card: 'tag',
      render: (bus) => <BusTag bus={bus} />,
    },
    {
      key: 'load',
      title: t('bus.load'),
      width: 150,
      sort: byFigure(({ line }) => line.load_e3),
      render: ({ line }) => <LoadBar busyE3={line.load_e3} label={t('bus.load')} />,
    },
    {
      key: 'meters',
      title: t('bus.meters'),
      width: 110,
      sort: byFigure(({ line }) => line.lost),
      render: ({ line }) => (
        <span className="num">
          {t('gateways.answering', { answered: line.meters - line.lost, total: line.meters })}
        </span>
      ),
    },
    ...figures,
    {
      key: 'transport',
      title: t('gateways.transport'),
      width: 115,
      optional: true,
      render: (bus) => t(`state.transport.${bus.transport}`),
    },
    {
      key: 'endpoint',
      title: t('gateways.endpoint'),
      width: 160,
      optional: true,
      render: (bus) => <span className="num">{bus.endpoint}</span>,
    },
  ]
}

function NoBuses({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <NoRows filtered={filtered} icon={<ClusterOutlined />} title={t('bus.none')} hint={t('bus.noneHint')}>
      <Button type="primary" onClick={() => void navigate('/import')}>
        {t('matrix.toImport')}
      </Button>
    </NoRows>
  )
}

const fits = (bus: BusLine, text: string): boolean =>
  [bus.name, bus.gateway_name, bus.endpoint].some((field) =>
    field.toLowerCase().includes(text.trim().toLowerCase()),
  )

export function BusesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const buses = useBuses()
  const columns = useColumns()
  return (
    <>
      <PageHead
        title={t('bus.heading')}
        sub={t('bus.intro')}
        extra={<Updated atMs={buses.dataUpdatedAt} everySeconds={busesEveryMs / 1000} />}
      />
      <div className="stack">
        <div className="panel">
          <Loaded query={buses}>
            {(list) => (
              <ListTable
                name="bus-lines"
                columns={columns}
                rows={list.rows.filter((bus) => fits(bus, text))}
                rowKey={(bus) => bus.id}
                onOpen={(bus) => void navigate(`/buses/${bus.id}`)}
                minWidth={1010}
                rowTestId="bus-row"
                empty={<NoBuses filtered={list.rows.length > 0} />}
                {...(list.rows.length > 60 ? { virtualHeight: Math.max(360, innerHeight - 300) } : {})}
                toolbar={
                  <SearchBox label={t('bus.search')} value={text} onChange={setText} />
                }
              />
            )}
          </Loaded>
        </div>
        <Intervals />
      </div>
    </>
  )
}
