/** 开户中 → 已开户, as the meter confirms it. */
import { Alert, Button, Steps } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { reasonText } from '@/api/errors'
import { useAccount, useCommands } from '@/api/queries'
import type { Account, Command } from '@/api/types'
import { Facts, Panel } from '@/common/Page'
import { AccountTag, CommandTag } from '@/common/StateTag'
import { Loaded } from '@/common/views'

function Writing({ commands }: { commands: readonly Command[] }) {
  const { t } = useTranslation()
  return (
    <div className="row" style={{ gap: '6px 16px' }}>
      {commands.map((command) => (
        <span key={command.id} className="row tight small">
          {t(`state.commandKind.${command.kind}`)} <CommandTag state={command.state} />
        </span>
      ))}
    </div>
  )
}

const openingKinds = new Set<Command['kind']>(['open_account', 'write_settings', 'write_prices'])

function ResultBody({ account, onAnother }: { account: Account; onAnother: () => void }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const meter = account.meters[0]
  const list = useCommands({ ...(meter ? { meter_id: meter.id } : {}), limit: 10 })
  const since = Date.parse(account.created_at)
  const commands = (list.data?.rows ?? [])
    .filter((c) => openingKinds.has(c.kind) && Date.parse(c.created_at) >= since - 1000)
    .reverse()
  const opened = account.state === 'open'
  const trouble = commands.find((c) => c.result !== null && c.state !== 'done')
  const failed = commands.some((c) => c.kind === 'open_account' && c.state === 'failed')
  return (
    <div
      className="stack"
      data-testid="opening"
      data-state={account.state}
      data-account={account.id}
      aria-live="polite"
    >
      <Steps
        responsive={false}
        size="small"
        current={opened ? 3 : 1}
        status={failed ? 'error' : opened ? 'finish' : 'process'}
        items={[
          { title: t('account.stored') },
          { title: t('account.writing') },
          { title: t('account.confirmed') },
        ]}
      />
      <Alert
        type={failed ? 'error' : opened ? 'success' : 'info'}
        showIcon
        title={
          failed ? t('account.failed') : opened ? t('account.openedHint') : t('account.openingHint')
        }
        description={
          trouble && !opened
            ? `${reasonText(trouble.result, i18n.language)} · ${t('account.slow')}`
            : undefined
        }
      />
      <Writing commands={commands} />
      <Facts
        items={[
          { label: t('account.number'), value: <b>{account.number}</b> },
          { label: t('account.customer'), value: account.customer_name },
          { label: t('account.phone'), value: account.phone || '—' },
          { label: t('common.meter'), value: meter?.code ?? '—' },
        ]}
      />
      <div className="row">
        <Button
          type="primary"
          size="large"
          disabled={!opened}
          onClick={() => void navigate(`/sell?meter=${meter?.id ?? ''}`)}
          data-testid="to-sell"
        >
          {t('account.toSell')}
        </Button>
        <Button size="large" onClick={onAnother}>
          {t('account.another')}
        </Button>
      </div>
    </div>
  )
}

export function OpeningResult({
  accountId,
  onAnother,
}: {
  accountId: number
  onAnother: () => void
}) {
  const { t } = useTranslation()
  const account = useAccount(accountId)
  return (
    <Panel
      title={t('account.openHeading')}
      extra={account.data && <AccountTag state={account.data.state} />}
    >
      <Loaded query={account}>
        {(found) => <ResultBody account={found} onAnother={onAnother} />}
      </Loaded>
    </Panel>
  )
}
