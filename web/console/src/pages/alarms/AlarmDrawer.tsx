/** One alarm with everything that happened to it, and by whom. */
import { Drawer, Timeline } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAlarm } from '@/api/watch'
import type { AlarmDetail } from '@/api/types'
import { Age } from '@/common/Age'
import { Facts } from '@/common/Page'
import { SeverityTag } from '@/common/StateTag'
import { useStationWords } from '@/common/useStationWords'
import { Loaded } from '@/common/views'
import { formatTime } from '@/domain/time'
import { About } from './alarmColumns'

const colour = { raised: 'red', acknowledged: 'blue', cleared: 'green' } as const

function Body({ detail }: { detail: AlarmDetail }) {
  const { t } = useTranslation()
  const words = useStationWords()
  const { alarm, history } = detail
  return (
    <div className="stack" data-testid="alarm-detail">
      <Facts
        items={[
          { label: t('alarm.kind'), value: <b>{t(`state.alarm.${alarm.kind}`)}</b> },
          { label: t('alarm.severity'), value: <SeverityTag severity={alarm.severity} /> },
          { label: t('alarm.object'), value: <About alarm={alarm} /> },
          {
            label: t('alarm.cleared'),
            value: alarm.cleared_at ? (
              formatTime(alarm.cleared_at)
            ) : (
              <>
                {t('alarm.notCleared')} · <Age at={alarm.raised_at} plain />
              </>
            ),
          },
        ]}
      />
      <p style={{ margin: 0 }}>{words(alarm.detail) || '—'}</p>
      <p className="muted" style={{ margin: 0 }}>
        {t(`alarm.look.${alarm.kind}`)}
      </p>
      <h3 className="sub-head">{t('alarm.history')}</h3>
      <Timeline
        items={history.map((event) => ({
          color: colour[event.act],
          content: (
            <>
              <b>{t(`state.alarmAct.${event.act}`)}</b>{' '}
              <span className="muted num">{formatTime(event.at)}</span>
              {event.act !== 'raised' && (
                <span className="muted"> · {event.by ?? t('alarm.byStation')}</span>
              )}
              {event.note && <div className="break">{words(event.note)}</div>}
            </>
          ),
        }))}
      />
    </div>
  )
}

export function AlarmDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation()
  const alarm = useAlarm(id)
  return (
    <Drawer
      open
      onClose={onClose}
      size={520}
      title={`${t('alarm.heading')} #${id}`}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      <Loaded query={alarm}>{(detail) => <Body detail={detail} />}</Loaded>
    </Drawer>
  )
}
