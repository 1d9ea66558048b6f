/** States as icon, text and colour together; never colour alone. */
import {
  BellOutlined,
  CheckCircleOutlined,
  CloseCircleOutlined,
  DisconnectOutlined,
  ExclamationCircleOutlined,
  InfoCircleOutlined,
  MinusCircleOutlined,
  PoweroffOutlined,
  QuestionCircleOutlined,
  SafetyOutlined,
  StopOutlined,
  SyncOutlined,
  WarningOutlined,
} from '@ant-design/icons'
import type { ComponentType, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountState, CommandState, Severity, TileState, VendState } from '@/api/types'
import type { LegendKey, TileFlag } from '@/domain/matrix'
import {
  accountTone,
  commandTone,
  flagTone,
  severityTone,
  tileTone,
  vendTone,
  type Tone,
} from '@/domain/states'

type Icon = ComponentType<{ className?: string }>
const toneIcon: Record<Tone, Icon> = {
  neutral: MinusCircleOutlined,
  info: InfoCircleOutlined,
  progress: SyncOutlined,
  success: CheckCircleOutlined,
  notice: BellOutlined,
  warning: WarningOutlined,
  danger: CloseCircleOutlined,
  strange: QuestionCircleOutlined,
}
export const legendIcon: Record<LegendKey, Icon> = {
  not_opened: MinusCircleOutlined,
  opened: CheckCircleOutlined,
  alarm1: BellOutlined,
  alarm2: WarningOutlined,
  arrears: ExclamationCircleOutlined,
  lost: DisconnectOutlined,
  forced_on: SafetyOutlined,
  tripped: PoweroffOutlined,
  quarantined: StopOutlined,
}

export function ToneTag({
  tone,
  icon,
  children,
}: {
  tone: Tone
  icon?: Icon
  children: ReactNode
}) {
  const Shown = icon ?? toneIcon[tone]
  return (
    <span className={`tone tone-${tone}`}>
      <Shown />
      {children}
    </span>
  )
}

export function TileTag({ state }: { state: TileState }) {
  const { t } = useTranslation()
  return (
    <ToneTag tone={tileTone[state]} icon={legendIcon[state]}>
      {t(`state.tile.${state}`)}
    </ToneTag>
  )
}
export function FlagTag({ flag }: { flag: TileFlag }) {
  const { t } = useTranslation()
  return (
    <ToneTag tone={flagTone[flag]} icon={legendIcon[flag]}>
      {t(`state.flag.${flag}`)}
    </ToneTag>
  )
}
export function VendTag({ state }: { state: VendState }) {
  const { t } = useTranslation()
  return <ToneTag tone={vendTone[state]}>{t(`state.vend.${state}`)}</ToneTag>
}
export function CommandTag({ state }: { state: CommandState }) {
  const { t } = useTranslation()
  return <ToneTag tone={commandTone[state]}>{t(`state.command.${state}`)}</ToneTag>
}
export function AccountTag({ state }: { state: AccountState }) {
  const { t } = useTranslation()
  return <ToneTag tone={accountTone[state]}>{t(`state.account.${state}`)}</ToneTag>
}
export function SeverityTag({ severity }: { severity: Severity }) {
  const { t } = useTranslation()
  return <ToneTag tone={severityTone[severity]}>{t(`state.severity.${severity}`)}</ToneTag>
}
