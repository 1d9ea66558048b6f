/** 通讯管理机与总线: who answers, how well, how fast. */
import { ClusterOutlined, SyncOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { keys } from '@/api/keys'
import { useSite } from '@/api/queries'
import type { Bus, Gateway, Site } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead, Panel } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { EmptyView, Loaded } from '@/common/views'

const refreshEveryMs = 5_000

/** Share of exchanges that were answered, 0–100; null before the first. */
export function answeredPercent({ stats }: Bus): number | null {
  const all = stats.exchanges_ok + stats.timeouts + stats.damaged + stats.refused
  return all === 0 ? null : Math.floor((stats.exchanges_ok / all) * 1000) / 10
}

function Quality({ bus }: { bus: Bus }) {
  const { t } = useTranslation()
  const percent = answeredPercent(bus)
  if (percent === null) return <>—</>
  const colour =
    percent >= 99 ? 'var(--success)' : percent >= 90 ? 'var(--warning)' : 'var(--danger)'
  return (
    <Progress
      percent={percent}
      size="small"
      aria-label={t('gateways.quality')}
      strokeColor={colour}
      format={(value) => `${value}%`}
      style={{ minWidth: 110, margin: 0 }}
    />
  )
}

// eslint-disable-next-line max-lines-per-function -- a table
function useBusColumns(): ListColumn<Bus>[] {
  const { t } = useTranslation()
  const count = (value: number) => <span className="num">{value.toLocaleString('en-US')}</span>
  return [
    {
      key: 'name',
      title: t('gateways.bus'),
      width: 95,
      card: 'title',
      render: (bus) => <b>{bus.name}</b>,
    },
    {
      key: 'connected',
      title: t('common.state'),
      width: 100,
      card: 'tag',
      render: ({ stats }) =>
        stats.connected ? (
          <ToneTag tone="success">{t('gateways.connected')}</ToneTag>
        ) : (
          <ToneTag tone="danger">{t('gateways.disconnected')}</ToneTag>
        ),
    },
    {
      key: 'transport',
      title: t('gateways.transport'),
      width: 110,
      render: (bus) => t(`state.transport.${bus.transport}`),
    },
    {
      key: 'endpoint',
      title: t('gateways.endpoint'),
      width: 150,
      render: (bus) => <span className="num">{bus.endpoint}</span>,
    },
    {
      key: 'quality',
      title: t('gateways.quality'),
      width: 140,
      render: (bus) => <Quality bus={bus} />,
    },
    {
      key: 'sweep',
      title: t('gateways.sweep'),
      width: 85,
      align: 'right',
      render: ({ stats }) =>
        stats.sweep_ms > 0 ? (
          <span className="num">{(stats.sweep_ms / 1000).toFixed(1)} s</span>
        ) : (
          <span className="muted">{t('gateways.noSweep')}</span>
        ),
    },
    {
      key: 'ok',
      title: t('gateways.ok'),
      width: 75,
      align: 'right',
      render: ({ stats }) => count(stats.exchanges_ok),
    },
    {
      key: 'timeouts',
      title: t('gateways.timeouts'),
      width: 65,
      align: 'right',
      render: ({ stats }) => count(stats.timeouts),
    },
    {
      key: 'damaged',
      title: t('gateways.damaged'),
      width: 65,
      align: 'right',
      render: ({ stats }) => count(stats.damaged),
    },
    {
      key: 'refused',
      title: t('gateways.refused'),
      width: 90,
      align: 'right',
      optional: true,
      render: ({ stats }) => count(stats.refused),
    },
    {
      key: 'failures',
      title: t('gateways.connectFailures'),
      width: 80,
      align: 'right',
      render: ({ stats }) => count(stats.connect_failures),
    },
    {
      key: 'jobs',
      title: t('gateways.jobs'),
      width: 90,
      align: 'right',
      optional: true,
      render: ({ stats }) => count(stats.jobs),
    },
    {
      key: 'shed',
      title: t('gateways.shed'),
      width: 100,
      align: 'right',
      optional: true,
      render: ({ stats }) => count(stats.jobs_shed),
    },
  ]
}

function GatewayPanel({ gateway, buses }: { gateway: Gateway; buses: Bus[] }) {
  const { t } = useTranslation()
  const columns = useBusColumns()
  const title = (
    <span className="row">
      {gateway.name}
      <span className="muted small num">{gateway.host || t('gateways.local')}</span>
    </span>
  )
  const state = gateway.lost ? (
    <ToneTag tone="danger">{t('gateways.lost')}</ToneTag>
  ) : (
    <ToneTag tone="success">{t('gateways.online')}</ToneTag>
  )
  return (
    <Panel
      title={title}
      extra={
        <>
          <span className="small muted">{t('gateways.buses', { count: buses.length })}</span>
          {state}
        </>
      }
      flush
      testId="gateway"
    >
      <ListTable
        name="buses"
        columns={columns}
        rows={buses}
        rowKey={(bus) => bus.id}
        empty={<EmptyView title={t('empty.list')} />}
        minWidth={930}
      />
    </Panel>
  )
}

export function GatewayList({ site }: { site: Site }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  if (site.gateways.length === 0) {
    return (
      <div className="panel">
        <EmptyView
          icon={<ClusterOutlined />}
          title={t('gateways.none')}
          hint={t('gateways.noneHint')}
        >
          <Button type="primary" onClick={() => void navigate('/import')}>
            {t('matrix.toImport')}
          </Button>
        </EmptyView>
      </div>
    )
  }
  return (
    <div className="stack">
      {site.gateways.map((gateway) => (
        <GatewayPanel
          key={gateway.id}
          gateway={gateway}
          buses={site.buses.filter((bus) => bus.gateway_id === gateway.id)}
        />
      ))}
    </div>
  )
}

/** Asks for bus counters again and again while somebody looks at them. */
export function useFreshSite() {
  const cache = useQueryClient()
  useEffect(() => {
    const timer = setInterval(
      () => void cache.invalidateQueries({ queryKey: keys.site }),
      refreshEveryMs,
    )
    return () => clearInterval(timer)
  }, [cache])
  return useSite()
}

export function GatewaysPage() {
  const { t } = useTranslation()
  const site = useFreshSite()
  return (
    <>
      <PageHead
        title={t('gateways.heading')}
        sub={t('gateways.since')}
        extra={
          <Button icon={<SyncOutlined />} onClick={() => void site.refetch()}>
            {t('common.refresh')}
          </Button>
        }
      />
      <Loaded query={site}>{(found) => <GatewayList site={found} />}</Loaded>
    </>
  )
}
