/** Supply of one meter: what the relay says, who decides, and the three commands. */
import {
  PoweroffOutlined,
  QuestionCircleOutlined,
  RollbackOutlined,
  SafetyOutlined,
  ThunderboltFilled,
} from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keys } from '@/api/keys'
import { useCommand, useCommands } from '@/api/queries'
import type { Command, MeterDetail, SupplyAction } from '@/api/types'
import { CommandProgress } from '@/common/CommandProgress'
import { Panel } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { useSession } from '@/shell/SessionContext'
import { SupplyDialog } from './SupplyDialog'

const actions: { action: SupplyAction; icon: React.ReactNode; danger?: boolean }[] = [
  { action: 'trip', icon: <PoweroffOutlined />, danger: true },
  { action: 'force_on', icon: <SafetyOutlined /> },
  { action: 'release', icon: <RollbackOutlined /> },
]

function Now({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { tile } = detail
  const relay = tile.relay_open === null ? 'unknown' : tile.relay_open ? 'open' : 'closed'
  const tone = { unknown: 'neutral', open: 'danger', closed: 'success' }[relay]
  const icon = {
    unknown: <QuestionCircleOutlined />,
    open: <PoweroffOutlined />,
    closed: <ThunderboltFilled />,
  }[relay]
  const text = {
    unknown: t('meter.relayUnknown'),
    open: t('meter.relayOpen'),
    closed: t('meter.relayClosed'),
  }[relay]
  const mode = tile.forced_on
    ? t('meter.modeForced')
    : tile.tripped
      ? t('meter.modeTripped')
      : t(detail.meter.wallet === 'platform' ? 'meter.modePlatform' : 'meter.modePrepaid')
  return (
    <div className="supply-now">
      <span className={`lamp tone-${tone}`} aria-hidden>
        {icon}
      </span>
      <span className="words">
        <b data-testid="relay" data-relay={relay}>
          {text}
        </b>
        <span className="muted">
          {t('meter.mode')}: {mode}
        </span>
      </span>
      {detail.meter.protected && (
        <ToneTag tone="info" icon={SafetyOutlined}>
          {t('meter.protected')}
        </ToneTag>
      )}
    </div>
  )
}

/** The command to show: the one just given, else the newest still under way. */
function useShownCommand(meterId: number, given: Command | null): Command | null {
  const pending = useCommands({ meter_id: meterId, state: 'pending', limit: 5 })
  const newest = pending.data?.rows.find((command) => command.meter_id === meterId) ?? null
  const followed = useCommand(given?.id ?? newest?.id ?? null)
  return followed.data ?? given ?? newest
}

export function Supply({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const cache = useQueryClient()
  const [asking, setAsking] = useState<SupplyAction | null>(null)
  const [given, setGiven] = useState<Command | null>(null)
  const shown = useShownCommand(detail.tile.id, given)
  const allowed = can('switch_supply')
  const stored = (command: Command): void => {
    cache.setQueryData(keys.command(command.id), command)
    void cache.invalidateQueries({ queryKey: keys.commands })
    setGiven(command)
    setAsking(null)
  }
  return (
    <Panel title={t('meter.supply')} testId="supply">
      <Now detail={detail} />
      <div className="supply-actions">
        {actions.map(({ action, icon, danger }) => (
          <Tooltip key={action} title={allowed ? '' : t('supply.noRight')}>
            <Button
              block
              icon={icon}
              danger={danger}
              disabled={!allowed}
              onClick={() => setAsking(action)}
              data-testid={`supply-${action}`}
            >
              {t(`supply.${action}`)}
            </Button>
          </Tooltip>
        ))}
      </div>
      {shown && <CommandProgress command={shown} />}
      {asking && (
        <SupplyDialog
          detail={detail}
          action={asking}
          onClose={() => setAsking(null)}
          onStored={stored}
        />
      )}
    </Panel>
  )
}
