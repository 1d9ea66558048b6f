/** A command's way, as it is: stored → waiting for the meter → confirmed, failed or superseded. */
import { Steps } from 'antd'
import { useTranslation } from 'react-i18next'
import { reasonText } from '@/api/errors'
import type { Command } from '@/api/types'
import { formatClock } from '@/domain/time'
import { CommandTag } from './StateTag'

export function CommandProgress({ command }: { command: Command }) {
  const { t, i18n } = useTranslation()
  const ended = command.state !== 'pending'
  const bad = command.state === 'failed' || command.state === 'superseded'
  const trouble = reasonText(command.result, i18n.language)
  const waiting = [
    command.tries > 0 ? t('supply.tries', { count: command.tries }) : '',
    trouble && !ended ? t('supply.latest', { text: trouble }) : '',
    ended ? '' : t('supply.deadline', { time: formatClock(command.deadline_at) }),
  ]
    .filter(Boolean)
    .join(' · ')
  const end =
    command.state === 'done'
      ? t('supply.done')
      : bad
        ? [t(`supply.${command.state}`), trouble].filter(Boolean).join('：')
        : t('state.command.done')
  return (
    <div
      className="progress-box"
      data-testid="command-progress"
      data-state={command.state}
      data-kind={command.kind}
      aria-live="polite"
    >
      <div className="head">
        <span>{t(`state.commandKind.${command.kind}`)}</span>
        <CommandTag state={command.state} />
      </div>
      <Steps
        size="small"
        orientation="vertical"
        current={ended ? 2 : 1}
        status={bad ? 'error' : ended ? 'finish' : 'process'}
        items={[
          {
            title: t('supply.submitted'),
            content: `${formatClock(command.created_at)} ${command.operator_name ?? ''} ${command.reason}`,
          },
          { title: t('supply.waiting'), content: waiting },
          { title: end, content: ended ? formatClock(command.finished_at) : '' },
        ]}
      />
    </div>
  )
}
