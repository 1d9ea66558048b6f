/** After an import: which gateways and meters answer, live. */
import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useMeters } from '@/api/queries'
import { Panel } from '@/common/Page'
import { Loaded } from '@/common/views'
import { GatewayList, useFreshSite } from '../setup/GatewaysPage'

export function Answering() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const site = useFreshSite()
  const meters = useMeters()
  const rows = meters.data?.rows ?? []
  const answered = rows.filter(
    (tile) => tile.last_contact_at !== null && tile.state !== 'lost',
  ).length
  const percent = rows.length === 0 ? 0 : Math.floor((answered / rows.length) * 100)
  return (
    <div className="stack">
      <Panel
        title={t('import.answering')}
        extra={
          <Button type="primary" onClick={() => void navigate('/')} data-testid="import-to-matrix">
            {t('import.toMatrix')}
          </Button>
        }
      >
        <div
          className="row"
          data-testid="answering"
          data-answered={answered}
          data-total={rows.length}
        >
          <Progress
            percent={percent}
            style={{ flex: 1, minWidth: 160 }}
            status={percent === 100 ? 'success' : 'active'}
            aria-label={t('import.answering')}
          />
          <span className="num">{t('import.answered', { answered, total: rows.length })}</span>
        </div>
      </Panel>
      <Loaded query={site}>{(found) => <GatewayList site={found} />}</Loaded>
    </div>
  )
}
