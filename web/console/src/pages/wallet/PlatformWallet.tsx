/** 平台钱包: where a wallet that the platform keeps stands, and what it may do. */
import { FileTextOutlined, SettingOutlined, WarningOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useWallet } from '@/api/bills'
import { reasonText } from '@/api/errors'
import type { MeterDetail, PlatformWallet as Wallet, WalletStanding } from '@/api/types'
import { Age } from '@/common/Age'
import { Facts, Panel, type FactItem } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { useStationWords } from '@/common/useStationWords'
import { EmptyView, Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatUse } from '@/domain/quantity'
import { walletLevelTone } from '@/domain/states'
import { formatMinute } from '@/domain/time'
import { clockOf } from './minutes'
import { TermsDialog } from './TermsDialog'

const money = (fen: number) => <span className="num">{formatYuan(fen)}</span>

function Standing({ standing, detail }: { standing: WalletStanding; detail: MeterDetail }) {
  const { t, i18n } = useTranslation()
  const { utility } = detail.meter
  const inUnits = standing.quantity_left !== null
  return (
    <>
      {standing.held && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={t('wallet.held', { time: formatMinute(standing.held_since) })}
          description={reasonText(standing.held, i18n.language)}
        />
      )}
      <div className="row between" style={{ marginBottom: 12 }}>
        <span
          className={`balance-big num${standing.balance_fen < 0 ? ' low' : ''}`}
          data-testid="balance"
          data-fen={standing.balance_fen}
        >
          {inUnits ? formatUse(standing.quantity_left, utility) : formatYuan(standing.balance_fen)}
        </span>
        <ToneTag tone={walletLevelTone[standing.level]}>
          {t(`state.walletLevel.${standing.level}`)}
        </ToneTag>
      </div>
      <Facts
        items={[
          ...(inUnits ? [{ label: t('wallet.worth'), value: money(standing.balance_fen) }] : []),
          { label: t('wallet.ledger'), value: money(standing.ledger_fen) },
          { label: t('wallet.unposted'), value: money(standing.unposted_fen) },
          { label: t('wallet.left'), value: money(standing.left_fen) },
          { label: t('wallet.billedTo'), value: formatMinute(standing.billed_to) },
          ...(standing.is_postponed
            ? [{ label: t('wallet.friendly'), value: t('wallet.postponed') }]
            : []),
          ...(standing.is_shared ? [{ label: t('wallet.shared'), value: t('wallet.sharedYes') }] : []),
        ]}
      />
    </>
  )
}

function useTermFacts(wallet: Wallet, detail: MeterDetail): FactItem[] {
  const { t } = useTranslation()
  const { terms } = wallet
  const { utility } = detail.meter
  const friendly =
    terms.friendly_from_minute === terms.friendly_to_minute
      ? t('common.none')
      : `${clockOf(terms.friendly_from_minute)}–${clockOf(terms.friendly_to_minute)}`
  const packageText = terms.package_name
    ? t('wallet.packageIs', {
        name: terms.package_name,
        fee: formatYuan(terms.package_fee_fen),
        included: formatUse(terms.package_included, utility),
      })
    : t('common.none')
  return [
    { label: t('wallet.unit'), value: t(`state.walletUnit.${terms.unit}`) },
    { label: t('wallet.package'), value: packageText },
    {
      label: t('wallet.emergency'),
      value: `${formatYuan(terms.emergency_credit_fen)} · ${t(terms.emergency_on ? 'wallet.on' : 'wallet.off')}`,
    },
    { label: t('wallet.friendly'), value: friendly },
  ]
}

function Terms({ wallet, detail }: { wallet: Wallet; detail: MeterDetail }) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const facts = useTermFacts(wallet, detail)
  return (
    <>
      <hr className="thin" />
      <Facts items={facts} />
      <div className="row" style={{ marginTop: 12 }}>
        <Link to={`/meters/${detail.tile.id}/bills`}>
          <Button icon={<FileTextOutlined />} tabIndex={-1}>
            {t('wallet.bills')}
          </Button>
        </Link>
        <RightButton
          right="manage_tariffs"
          icon={<SettingOutlined />}
          onClick={() => setEditing(true)}
          data-testid="wallet-terms"
        >
          {t('wallet.setTerms')}
        </RightButton>
      </div>
      {editing && (
        <TermsDialog
          detail={detail}
          terms={wallet.terms}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  )
}

/** Nothing was charged yet: because a reading is still to come, or because something holds billing. */
function NotBilled({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const words = useStationWords()
  const hold = detail.alarms.find((alarm) => alarm.kind === 'billing_held' && alarm.cleared_at === null)
  if (!hold) return <EmptyView title={t('wallet.notBilled')} hint={t('wallet.notBilledHint')} />
  const isTariff = hold.detail.startsWith('tariff_') && detail.meter.tariff_id !== null
  return (
    <EmptyView icon={<WarningOutlined />} title={t('wallet.cannotBill')} hint={words(hold.detail.trim())}>
      {isTariff && (
        <Link to={`/tariffs/${detail.meter.tariff_id}`}>
          <Button tabIndex={-1}>{t('wallet.toTariff')}</Button>
        </Link>
      )}
    </EmptyView>
  )
}

export function PlatformWallet({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const wallet = useWallet(detail.tile.id)
  return (
    <Panel
      title={t('state.wallet.platform')}
      testId="platform-wallet"
      extra={
        wallet.data?.standing && (
          <span className="small muted">
            <Age at={wallet.data.standing.as_of} />
          </span>
        )
      }
    >
      <Loaded query={wallet} rows={4}>
        {(found) => (
          <>
            {found.standing ? (
              <Standing standing={found.standing} detail={detail} />
            ) : (
              <NotBilled detail={detail} />
            )}
            <Terms wallet={found} detail={detail} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}
