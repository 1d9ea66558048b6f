/** What happened to this meter: sales, commands, alarms, and how it is set up. */
import { Badge } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useAlarms, useCommands, useVends } from '@/api/queries'
import type { MeterDetail } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { Sections } from '@/common/Sections'
import { EmptyView, Loaded } from '@/common/views'
import { useAlarmColumns } from '../alarms/alarmColumns'
import { useCommandColumns } from '../commands/commandColumns'
import { CommandDrawer } from '../commands/CommandDrawer'
import { Intents } from '../cuts/MeterCut'
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

function CommandList({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const commands = useCommands({ meter_id: meterId, limit: shownAtMost })
  const columns = useCommandColumns().filter((column) => column.key !== 'meter')
  const [open, setOpen] = useState<number | null>(null)
  return (
    <>
      <Loaded query={commands} rows={3}>
        {(list) => (
          <ListTable
            name="meter-commands"
            columns={columns}
            rows={list.rows}
            rowKey={(command) => command.id}
            onOpen={(command) => setOpen(command.id)}
            empty={<EmptyView title={t('meter.noCommands')} />}
            minWidth={760}
          />
        )}
      </Loaded>
      {open !== null && <CommandDrawer id={open} onClose={() => setOpen(null)} />}
    </>
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
        { key: 'intents', label: t('cut.intents'), children: <Intents meterId={id} /> },
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
