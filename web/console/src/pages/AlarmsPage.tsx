/** 报警: what is wrong now, what was, and who took note. */
import { CheckCircleOutlined } from '@ant-design/icons'
import { Checkbox, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAlarms } from '@/api/queries'
import type { AlarmKind } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { alarmKinds } from '@/domain/states'
import { useAlarmColumns } from './alarmColumns'

type Choice = AlarmKind | 'all'

function KindChoice({ kind, onChange }: { kind: Choice; onChange: (kind: Choice) => void }) {
  const { t } = useTranslation()
  return (
    <Select<Choice>
      value={kind}
      onChange={onChange}
      aria-label={t('alarm.kind')}
      style={{ width: 180 }}
      options={[
        { value: 'all', label: t('alarm.allKinds') },
        ...alarmKinds.map((value) => ({ value, label: t(`state.alarm.${value}`) })),
      ]}
    />
  )
}

export function AlarmsPage() {
  const { t } = useTranslation()
  const [scope, setScope] = useState<'active' | 'all'>('active')
  const [unacknowledged, setUnacknowledged] = useState(false)
  const [kind, setKind] = useState<Choice>('all')
  const { limit, offset, paging } = usePaging(`${scope}${unacknowledged}${kind}`)
  const alarms = useAlarms({
    limit,
    offset,
    ...(scope === 'active' ? { active: 1 as const } : {}),
    ...(unacknowledged ? { unacknowledged: 1 as const } : {}),
    ...(kind === 'all' ? {} : { kind }),
  })
  const columns = useAlarmColumns()
  const toolbar = (
    <>
      <Segmented
        value={scope}
        onChange={setScope}
        options={[
          { value: 'active' as const, label: t('alarm.active') },
          { value: 'all' as const, label: t('alarm.past') },
        ]}
      />
      <KindChoice kind={kind} onChange={setKind} />
      <Checkbox
        checked={unacknowledged}
        onChange={(event) => setUnacknowledged(event.target.checked)}
      >
        {t('alarm.unacknowledged')}
      </Checkbox>
    </>
  )
  const empty = (
    <NoRows
      filtered={scope !== 'active' || unacknowledged || kind !== 'all'}
      icon={<CheckCircleOutlined />}
      title={t('alarm.none')}
      hint={t('alarm.noneHint')}
    />
  )
  return (
    <>
      <PageHead
        title={t('alarm.heading')}
        sub={alarms.data && t('common.total', { count: alarms.data.total })}
      />
      <div className="panel">
        <Loaded query={alarms}>
          {(list) => (
            <ListTable
              name="alarms"
              columns={columns}
              rows={list.rows}
              rowKey={(alarm) => alarm.id}
              loading={alarms.isPlaceholderData}
              paging={paging(list.total)}
              toolbar={toolbar}
              empty={empty}
              minWidth={960}
              rowTestId="alarm-row"
            />
          )}
        </Loaded>
      </div>
    </>
  )
}
