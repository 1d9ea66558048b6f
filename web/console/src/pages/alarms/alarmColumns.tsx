/** Columns of alarms, shared by the alarm page and the meter page. */
import { CheckOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Alarm } from '@/api/types'
import { Age } from '@/common/Age'
import type { ListColumn } from '@/common/ListTable'
import { SeverityTag } from '@/common/StateTag'
import { useStationWords } from '@/common/useStationWords'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { AckDialog } from './AckDialog'

function Acknowledge({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const [asking, setAsking] = useState(false)
  if (alarm.acknowledged_at) {
    return (
      <span className="small">
        {t('alarm.acknowledged', { name: alarm.acknowledged_by ?? '—' })}
        <br />
        <span className="muted num">{formatTime(alarm.acknowledged_at)}</span>
      </span>
    )
  }
  if (!can('acknowledge')) return <span className="muted">{t('alarm.notAcknowledged')}</span>
  // The row opens the alarm; pressing here does not.
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Button
        size="small"
        icon={<CheckOutlined />}
        onClick={() => setAsking(true)}
        data-testid="acknowledge"
      >
        {t('alarm.acknowledge')}
      </Button>
      {asking && <AckDialog alarms={[alarm]} onClose={() => setAsking(false)} />}
    </span>
  )
}

export function About({ alarm }: { alarm: Alarm }) {
  if (alarm.meter_id !== null) {
    return (
      <>
        <Link to={`/meters/${alarm.meter_id}`}>
          {alarm.room ?? alarm.meter_code ?? `#${alarm.meter_id}`}
        </Link>
        {alarm.room && <div className="small muted num">{alarm.meter_code}</div>}
      </>
    )
  }
  if (alarm.gateway_id !== null)
    return <Link to="/gateways">{alarm.gateway_name ?? `#${alarm.gateway_id}`}</Link>
  return <>{alarm.property_name ?? '—'}</>
}

export function useAlarmColumns(): ListColumn<Alarm>[] {
  const { t } = useTranslation()
  const words = useStationWords()
  return [
    {
      key: 'kind',
      title: t('alarm.kind'),
      width: 115,
      card: 'title',
      render: (a) => <b>{t(`state.alarm.${a.kind}`)}</b>,
    },
    {
      key: 'severity',
      title: t('alarm.severity'),
      width: 85,
      card: 'tag',
      sort: (a, b) => a.severity.localeCompare(b.severity),
      render: (a) => <SeverityTag severity={a.severity} />,
    },
    { key: 'object', title: t('alarm.object'), width: 155, render: (a) => <About alarm={a} /> },
    {
      key: 'detail',
      title: t('alarm.detail'),
      width: 205,
      render: (a) => <span className="break">{words(a.detail) || '—'}</span>,
    },
    {
      key: 'raised',
      title: t('alarm.raised'),
      width: 160,
      sort: (a, b) => a.raised_at.localeCompare(b.raised_at),
      render: (a) => <span className="num">{formatTime(a.raised_at)}</span>,
    },
    {
      key: 'cleared',
      title: t('alarm.cleared'),
      width: 135,
      render: (a) =>
        a.cleared_at ? (
          <span className="num">{formatTime(a.cleared_at)}</span>
        ) : (
          <span className="muted">
            {t('alarm.notCleared')} · <Age at={a.raised_at} plain />
          </span>
        ),
    },
    {
      key: 'acknowledge',
      title: t('alarm.ack'),
      width: 130,
      card: 'foot',
      render: (a) => <Acknowledge alarm={a} />,
    },
  ]
}
