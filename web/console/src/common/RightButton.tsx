/** A button that says which right is missing, or another reason, when it cannot be pressed. */
import { Button, Tooltip, type ButtonProps } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Right } from '@/api/types'
import { useSession } from '@/shell/SessionContext'

interface RightButtonProps extends ButtonProps {
  right: Right
  /** Why it cannot be pressed even by those who may; empty when it can. */
  blocked?: string
}
export function RightButton({ right, blocked = '', ...button }: RightButtonProps) {
  const { t } = useTranslation()
  const { session, can } = useSession()
  const why = can(right)
    ? blocked
    : t('denied.hint', {
        role: t(`state.role.${session.user.role}`),
        right: t(`state.right.${right}`),
      })
  if (!why) return <Button {...button} />
  return (
    <Tooltip title={why}>
      {/* A disabled button gets no pointer and no focus: its frame does, and says why. */}
      <span tabIndex={0} role="note" aria-label={`${t('common.blocked')}: ${why}`}>
        <Button {...button} disabled style={{ ...button.style, pointerEvents: 'none' }} />
      </span>
    </Tooltip>
  )
}
