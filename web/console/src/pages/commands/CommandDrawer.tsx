/** One command: its way, who wanted it, what the meter showed instead, and sending it again. */
import { RedoOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Drawer } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client, keyed, unwrap } from '@/api/client'
import { newKey } from '@/api/idempotency'
import { keys } from '@/api/keys'
import { useCommand, useSite } from '@/api/queries'
import type { Command } from '@/api/types'
import { CommandProgress } from '@/common/CommandProgress'
import { DifferenceTable } from '@/common/DifferenceTable'
import { Facts } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { Loaded, useErrorText } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatKw } from '@/domain/quantity'
import { formatTime } from '@/domain/time'

function Resend({ command, onSent }: { command: Command; onSent: (command: Command) => void }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const [key, setKey] = useState(newKey)
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/api/v1/commands/{id}/resend', {
          params: { path: { id: command.id }, header: keyed(key) },
        }),
      ),
    onSuccess: (sent) => {
      setKey(newKey())
      cache.setQueryData(keys.command(sent.id), sent)
      void cache.invalidateQueries({ queryKey: keys.commands })
      message.success(t('command.resent'))
      onSent(sent)
    },
    onError: (error) => message.error(errorText(error)),
  })
  const ask = (): void =>
    void modal.confirm({
      title: t('command.resendTitle', { kind: t(`state.commandKind.${command.kind}`), meter: command.meter_code }),
      content: t('command.resendText'),
      okText: t('command.resend'),
      cancelText: t('common.back'),
      okButtonProps: { danger: command.kind === 'trip' },
      onOk: () => run.mutate(),
    })
  return (
    <RightButton
      right="switch_supply"
      icon={<RedoOutlined />}
      loading={run.isPending}
      blocked={command.kind === 'open_account' ? t('command.noResend') : ''}
      onClick={ask}
      data-testid="command-resend"
    >
      {t('command.resend')}
    </RightButton>
  )
}

function Details({ command }: { command: Command }) {
  const { t } = useTranslation()
  const site = useSite()
  const tariff = site.data?.tariffs.find((each) => each.id === command.tariff_id)
  const { settings } = command
  return (
    <Facts
      items={[
        { label: t('common.meter'), value: <Link to={`/meters/${command.meter_id}`}>{command.meter_code}</Link> },
        { label: t('command.origin'), value: t(`state.origin.${command.origin}`) },
        ...(command.batch_id === null
          ? []
          : [
              {
                label: t('batch.heading'),
                value: <Link to={`/batches/${command.batch_id}`}>#{command.batch_id}</Link>,
              },
            ]),
        { label: t('common.operator'), value: command.operator_name ?? '—' },
        { label: t('common.reason'), value: command.reason || '—' },
        ...(command.version > 0 ? [{ label: t('command.version'), value: command.version }] : []),
        ...(command.tariff_id === null
          ? []
          : [
              {
                label: t('meter.tariff'),
                value: `${tariff?.name ?? `#${command.tariff_id}`} · ${t('command.tariffVersion', { number: command.tariff_version })}`,
              },
            ]),
        ...(settings === null
          ? []
          : [
              { label: t('meter.alarm1'), value: formatYuan(settings.alarm1_fen) },
              { label: t('meter.alarm2'), value: formatYuan(settings.alarm2_fen) },
              {
                label: t('meter.overload'),
                value: settings.overload_w === 0 ? t('meter.overloadOff') : formatKw(settings.overload_w),
              },
              { label: t('meter.overdraft'), value: formatYuan(settings.overdraft_fen) },
            ]),
        { label: t('batch.tries'), value: command.tries },
        { label: t('common.time'), value: formatTime(command.created_at) },
        { label: t('batch.ended'), value: formatTime(command.finished_at) },
      ]}
    />
  )
}

export function CommandBody({ id }: { id: number }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(id)
  const command = useCommand(shown)
  return (
    <Loaded query={command}>
      {(found) => (
        <div className="stack" data-testid="command-body">
          <CommandProgress command={found} />
          {found.differences && (
            <div>
              <h3 className="sub-head" style={{ marginBottom: 8 }}>
                {t('command.shownInstead')}
              </h3>
              <DifferenceTable text={found.differences} />
            </div>
          )}
          {found.state !== 'pending' && (
            <div>
              <Resend command={found} onSent={(sent) => setShown(sent.id)} />
            </div>
          )}
          <Details command={found} />
        </div>
      )}
    </Loaded>
  )
}

export function CommandDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      title={`${t('command.heading')} #${id}`}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      <CommandBody key={id} id={id} />
    </Drawer>
  )
}
