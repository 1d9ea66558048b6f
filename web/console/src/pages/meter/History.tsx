/** What happened to this meter: sales, commands, alarms, and how it is set up. */
import { Badge } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { reasonText } from '@/api/errors'
import { useAlarms, useCommands, useVends } from '@/api/queries'
import type { Command, MeterDetail } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Sections } from '@/common/Sections'
import { CommandTag } from '@/common/StateTag'
import { EmptyView, Loaded } from '@/common/views'
import { formatTime } from '@/domain/time'
import { useAlarmColumns } from '../alarmColumns'
import { MeterNotices } from '../notices/NoticesPage'
import { useVendColumns } from '../vends/vendColumns'
import { Configuration } from './Configuration'

const shownAtMost = 10

function Sales({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const vends = useVends({ meter_id: meterId, limit: shownAtMost })
  const columns = useVendColumns().filter(
    (column) => column.key !== 'meter' && column.key !== 'room',
  )
  return (
    <Loaded query={vends} rows={3}>
      {(list) => (
        <ListTable
          name="meter-vends"
          columns={columns}
          rows={list.rows}
          rowKey={(vend) => vend.id}
          onOpen={(vend) => void navigate(`/vends?id=${vend.id}`)}
          empty={<EmptyView title={t('meter.noSales')} />}
          minWidth={760}
        />
      )}
    </Loaded>
  )
}

function useCommandColumns(): ListColumn<Command>[] {
  const { t, i18n } = useTranslation()
  return [
    {
      key: 'kind',
      title: t('common.actions'),
      width: 120,
      card: 'title',
      render: (c) => t(`state.commandKind.${c.kind}`),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 150,
      card: 'tag',
      render: (c) => <CommandTag state={c.state} />,
    },
    {
      key: 'created',
      title: t('common.time'),
      width: 170,
      render: (c) => <span className="num">{formatTime(c.created_at)}</span>,
    },
    {
      key: 'finished',
      title: t('vend.finished'),
      width: 170,
      render: (c) => <span className="num">{formatTime(c.finished_at)}</span>,
    },
    {
      key: 'operator',
      title: t('common.operator'),
      width: 100,
      render: (c) => c.operator_name ?? '—',
    },
    {
      key: 'reason',
      title: t('common.reason'),
      width: 200,
      render: (c) =>
        [c.reason, reasonText(c.result, i18n.language)].filter(Boolean).join(' · ') || '—',
    },
  ]
}

function CommandList({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const commands = useCommands({ meter_id: meterId, limit: shownAtMost })
  const columns = useCommandColumns()
  return (
    <Loaded query={commands} rows={3}>
      {(list) => (
        <ListTable
          name="meter-commands"
          columns={columns}
          rows={list.rows}
          rowKey={(command) => command.id}
          empty={<EmptyView title={t('meter.noCommands')} />}
          minWidth={760}
        />
      )}
    </Loaded>
  )
}

function AlarmTab({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const alarms = useAlarms({ meter_id: meterId, limit: shownAtMost })
  const columns = useAlarmColumns().filter((column) => column.key !== 'object')
  return (
    <Loaded query={alarms} rows={3}>
      {(list) => (
        <ListTable
          name="meter-alarms"
          columns={columns}
          rows={list.rows}
          rowKey={(alarm) => alarm.id}
          empty={<EmptyView title={t('meter.noAlarms')} />}
          minWidth={760}
        />
      )}
    </Loaded>
  )
}

export function History({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const id = detail.tile.id
  const alarms = (
    <span>
      {t('nav.alarms')}{' '}
      {detail.alarms.length > 0 && <Badge count={detail.alarms.length} size="small" />}
    </span>
  )
  return (
    <Sections
      label={t('meter.history')}
      testId="meter-history"
      items={[
        { key: 'sales', label: t('meter.sales'), children: <Sales meterId={id} /> },
        { key: 'commands', label: t('meter.commands'), children: <CommandList meterId={id} /> },
        { key: 'alarms', label: alarms, children: <AlarmTab meterId={id} /> },
        {
          key: 'notices',
          label: t('nav.notices'),
          children: <MeterNotices meterId={id} />,
        },
        {
          key: 'configuration',
          label: t('meter.configuration'),
          children: <Configuration detail={detail} />,
        },
      ]}
    />
  )
}
