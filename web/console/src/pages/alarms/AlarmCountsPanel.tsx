/** How many alarms of which kind; a press on one filters the list below. */
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAlarmCounts, type Span } from '@/api/watch'
import type { AlarmCounts, AlarmKind } from '@/api/types'
import { Loaded } from '@/common/views'

interface Props {
  span: Span | null
  kind: AlarmKind | 'all'
  onKind: (kind: AlarmKind | 'all') => void
  buildingId: number | null
  onBuilding: (id: number | null) => void
}

function Counted({ counts, props }: { counts: AlarmCounts; props: Props }) {
  const { t } = useTranslation()
  const { span, kind, onKind, buildingId, onBuilding } = props
  const chip = (key: string, label: string, row: { raised: number; active: number; unacknowledged: number }, chosen: boolean, press: () => void) => (
    <button
      key={key}
      type="button"
      className="count-chip"
      aria-pressed={chosen}
      onClick={press}
      title={t('alarm.chipHint', { active: row.active, open: row.unacknowledged })}
    >
      {label} <b className="num">{span ? row.raised : row.active}</b>
    </button>
  )
  return (
    <div className="stack" style={{ gap: 10, padding: '12px 16px 0' }} data-testid="alarm-counts">
      {counts.hidden_meters > 0 && (
        <Alert type="info" showIcon title={t('alarm.hidden', { count: counts.hidden_meters })} />
      )}
      <div className="row">
        <span>
          {t('alarm.sumActive')} <b className="num">{counts.active}</b>
        </span>
        <span>
          {t('alarm.sumOpen')} <b className="num">{counts.unacknowledged}</b>
        </span>
        {span && (
          <span>
            {t('alarm.sumRaised')} <b className="num">{counts.raised}</b>
          </span>
        )}
      </div>
      {counts.by_kind.length > 0 && (
        <div className="row tight" role="group" aria-label={t('alarm.kind')}>
          {counts.by_kind.map((row) =>
            chip(row.kind, t(`state.alarm.${row.kind}`), row, kind === row.kind, () =>
              onKind(kind === row.kind ? 'all' : row.kind),
            ),
          )}
        </div>
      )}
      {counts.by_building.length > 1 && (
        <div className="row tight" role="group" aria-label={t('common.building')}>
          {counts.by_building.map((row) =>
            row.building_id === null ? (
              <span key="none" className="small muted">
                {t('common.noBuilding')} {row.active}
              </span>
            ) : (
              chip(String(row.building_id), row.building ?? '', row, buildingId === row.building_id, () =>
                onBuilding(buildingId === row.building_id ? null : row.building_id),
              )
            ),
          )}
        </div>
      )}
    </div>
  )
}

export function AlarmCountsPanel(props: Props) {
  const counts = useAlarmCounts(props.span)
  return (
    <Loaded query={counts} rows={2}>
      {(found) => <Counted counts={found} props={props} />}
    </Loaded>
  )
}
