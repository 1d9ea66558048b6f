/** 总线运行: how busy each line is, what it allows, who waits, what went wrong. */
import { ClusterOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { busesEveryMs, useBuses } from '@/api/control'
import type { BusLine } from '@/api/types'
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

const number = (a: number | null, b: number | null): number => (a ?? Infinity) - (b ?? Infinity)

// eslint-disable-next-line max-lines-per-function -- a table
function useColumns(): ListColumn<BusLine>[] {
  const { t } = useTranslation()
  const figure = (text: string | number) => <span className="num">{text}</span>
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
      sort: (a, b) => a.line.load_e3 - b.line.load_e3,
      render: ({ line }) => <LoadBar busyE3={line.load_e3} label={t('bus.load')} />,
    },
    {
      key: 'meters',
      title: t('bus.meters'),
      width: 110,
      sort: (a, b) => a.line.lost - b.line.lost,
      render: ({ line }) =>
        figure(t('gateways.answering', { answered: line.meters - line.lost, total: line.meters })),
    },
    {
      key: 'allows',
      title: t('bus.allows'),
      width: 115,
      align: 'right',
      sort: (a, b) => number(a.line.allows_ms, b.line.allows_ms),
      render: ({ line }) => figure(line.allows_ms === null ? t('bus.never') : formatSpan(line.allows_ms)),
    },
    {
      key: 'oldest',
      title: t('bus.oldest'),
      width: 115,
      align: 'right',
      sort: (a, b) => number(a.line.oldest_status_age_ms, b.line.oldest_status_age_ms),
      render: ({ line }) => figure(formatSpan(line.oldest_status_age_ms)),
    },
    {
      key: 'good',
      title: t('gateways.quality'),
      width: 85,
      align: 'right',
      sort: (a, b) => number(goodPercent(a.line), goodPercent(b.line)),
      render: ({ line }) => {
        const percent = goodPercent(line)
        return figure(percent === null ? '—' : `${percent}%`)
      },
    },
    {
      key: 'errors',
      title: t('bus.errors'),
      width: 75,
      align: 'right',
      sort: (a, b) => errorsOf(a.line) - errorsOf(b.line),
      render: ({ line }) => figure(errorsOf(line).toLocaleString('en-US')),
    },
    {
      key: 'waiting',
      title: t('bus.waiting'),
      width: 75,
      align: 'right',
      sort: (a, b) => waitingOf(a.line) - waitingOf(b.line),
      render: ({ line }) => figure(waitingOf(line)),
    },
    {
      key: 'urgent',
      title: t('bus.urgent'),
      width: 110,
      align: 'right',
      optional: true,
      sort: (a, b) => a.line.urgent_wait_ms_max - b.line.urgent_wait_ms_max,
      render: ({ line }) => figure(formatSpan(line.urgent_wait_ms_max)),
    },
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
      render: (bus) => figure(bus.endpoint),
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
