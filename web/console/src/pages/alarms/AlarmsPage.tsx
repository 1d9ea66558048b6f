/** 报警: what is wrong now, what was, and who took note. */
import { CheckCircleOutlined, CheckOutlined } from '@ant-design/icons'
import { Checkbox, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useAlarms } from '@/api/queries'
import type { Alarm, AlarmKind, Severity } from '@/api/types'
import type { Span } from '@/api/watch'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { alarmKinds, severities } from '@/domain/states'
import { dayRange, lastDays } from '@/domain/time'
import { AckDialog } from './AckDialog'
import { AlarmCountsPanel } from './AlarmCountsPanel'
import { useAlarmColumns } from './alarmColumns'
import { AlarmDrawer } from './AlarmDrawer'

const scopes = ['active', '1', '7', '30', 'all'] as const
type Scope = (typeof scopes)[number]
interface Choice {
  scope: Scope
  kind: AlarmKind | 'all'
  severity: Severity | 'all'
  buildingId: number | null
  unacknowledged: boolean
}
const plain: Choice = {
  scope: 'active',
  kind: 'all',
  severity: 'all',
  buildingId: null,
  unacknowledged: false,
}

function spanOf(scope: Scope): Span | null {
  if (scope === 'active' || scope === 'all') return null
  const { first, last } = lastDays(Number(scope))
  return dayRange(first, last)
}
const filterOf = (choice: Choice) => ({
  ...(choice.scope === 'active' ? { active: 1 as const } : {}),
  ...(choice.unacknowledged ? { unacknowledged: 1 as const } : {}),
  ...(choice.kind === 'all' ? {} : { kind: choice.kind }),
  ...(choice.severity === 'all' ? {} : { severity: choice.severity }),
  ...(choice.buildingId === null ? {} : { building_id: choice.buildingId }),
  ...spanOf(choice.scope),
})

interface ToolbarProps {
  choice: Choice
  onChange: (choice: Choice) => void
  open: Alarm[]
  onAcknowledge: () => void
}
function Toolbar({ choice, onChange, open, onAcknowledge }: ToolbarProps) {
  const { t } = useTranslation()
  const names: Record<Scope, string> = {
    active: t('alarm.active'),
    1: t('common.today'),
    7: t('common.days7'),
    30: t('common.days30'),
    all: t('alarm.past'),
  }
  return (
    <>
      <Segmented<Scope>
        value={choice.scope}
        aria-label={t('vend.range')}
        onChange={(scope) => onChange({ ...choice, scope })}
        options={scopes.map((value) => ({ value, label: names[value] }))}
      />
      <Select<Choice['kind']>
        value={choice.kind}
        onChange={(kind) => onChange({ ...choice, kind })}
        aria-label={t('alarm.kind')}
        style={{ width: 170 }}
        options={(['all', ...alarmKinds] as const).map((value) => ({
          value,
          label: value === 'all' ? t('alarm.allKinds') : t(`state.alarm.${value}`),
        }))}
      />
      <Select<Choice['severity']>
        value={choice.severity}
        onChange={(severity) => onChange({ ...choice, severity })}
        aria-label={t('alarm.severity')}
        style={{ width: 120 }}
        options={(['all', ...severities] as const).map((value) => ({
          value,
          label: value === 'all' ? t('alarm.allSeverities') : t(`state.severity.${value}`),
        }))}
      />
      <Checkbox
        checked={choice.unacknowledged}
        onChange={(event) => onChange({ ...choice, unacknowledged: event.target.checked })}
      >
        {t('alarm.unacknowledged')}
      </Checkbox>
      {open.length > 1 && (
        <RightButton
          right="acknowledge"
          icon={<CheckOutlined />}
          onClick={onAcknowledge}
          data-testid="acknowledge-listed"
        >
          {t('alarm.ackListed', { count: open.length })}
        </RightButton>
      )}
    </>
  )
}

export function AlarmsPage() {
  const { t } = useTranslation()
  const [choice, setChoice] = useState<Choice>(plain)
  const [acknowledging, setAcknowledging] = useState<Alarm[] | null>(null)
  const [params, setParams] = useSearchParams()
  const opened = Number(params.get('id')) || null
  const { limit, offset, paging } = usePaging(JSON.stringify(choice))
  const alarms = useAlarms({ limit, offset, ...filterOf(choice) })
  const columns = useAlarmColumns()
  const open = (alarms.data?.rows ?? []).filter((alarm) => !alarm.acknowledged_at)
  const empty = (
    <NoRows
      filtered={JSON.stringify(choice) !== JSON.stringify(plain)}
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
        <AlarmCountsPanel
          span={spanOf(choice.scope)}
          kind={choice.kind}
          onKind={(kind) => setChoice({ ...choice, kind })}
          buildingId={choice.buildingId}
          onBuilding={(buildingId) => setChoice({ ...choice, buildingId })}
        />
        <Loaded query={alarms}>
          {(list) => (
            <ListTable
              name="alarms"
              columns={columns}
              rows={list.rows}
              rowKey={(alarm) => alarm.id}
              loading={alarms.isPlaceholderData}
              paging={paging(list.total)}
              onOpen={(alarm) => setParams({ id: String(alarm.id) })}
              toolbar={
                <Toolbar
                  choice={choice}
                  onChange={setChoice}
                  open={open}
                  onAcknowledge={() => setAcknowledging(open)}
                />
              }
              empty={empty}
              minWidth={960}
              rowTestId="alarm-row"
            />
          )}
        </Loaded>
      </div>
      {opened !== null && <AlarmDrawer id={opened} onClose={() => setParams({})} />}
      {acknowledging && (
        <AckDialog alarms={acknowledging} onClose={() => setAcknowledging(null)} />
      )}
    </>
  )
}
