/** What can be done with a meter's money beyond selling: refund, transfer, adjust, grant, settle. */
import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { MeterDetail, Right, Settlement, Vend } from '@/api/types'
import { useTakeVend } from '@/api/money'
import { useSession } from '@/shell/SessionContext'
import { AdjustDialog, GrantDialog, RefundDialog, TransferDialog } from './MoneyDialogs'
import { SettleDialog } from './SettleDialog'

type Act = 'refund' | 'transfer' | 'adjust' | 'grant' | 'change_over' | 'close_meter'
const rightOf: Record<Act, Right> = {
  refund: 'refund',
  transfer: 'refund',
  adjust: 'correct',
  grant: 'correct',
  change_over: 'correct',
  close_meter: 'refund',
}

export function MeterMoney({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const navigate = useNavigate()
  const take = useTakeVend()
  const [act, setAct] = useState<Act | null>(null)
  const account = detail.account
  if (!account || account.state !== 'open') return null
  const close = () => setAct(null)
  const onVend = (vend: Vend) => {
    take(vend)
    close()
    void navigate(`/vends?id=${vend.id}`)
  }
  const onSettlement = (settlement: Settlement) => {
    close()
    void navigate(`/settlements?id=${settlement.id}`)
  }
  const isOnlyMeter = account.meters.length < 2
  const acts = (Object.keys(rightOf) as Act[]).filter(
    // The last meter leaves by closing the account, on the account's page.
    (each) => !((each === 'transfer' || each === 'close_meter') && isOnlyMeter),
  )
  const items = acts.map((each) => ({
    key: each,
    label: t(`money.act.${each}`),
    disabled: !can(rightOf[each]),
    danger: each === 'close_meter',
    title: can(rightOf[each])
      ? undefined
      : t('denied.hint', { role: '', right: t(`state.right.${rightOf[each]}`) }),
  }))
  const dialog = { detail, onClose: close, onDone: onVend }
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => setAct(key as Act) }}
        placement="bottomRight"
      >
        <Button icon={<MoreOutlined />} data-testid="meter-money">
          {t('money.more')}
        </Button>
      </Dropdown>
      {act === 'refund' && <RefundDialog {...dialog} />}
      {act === 'transfer' && <TransferDialog {...dialog} />}
      {act === 'adjust' && <AdjustDialog {...dialog} />}
      {act === 'grant' && <GrantDialog {...dialog} />}
      {(act === 'change_over' || act === 'close_meter') && (
        <SettleDialog
          act={act}
          meterId={detail.tile.id}
          place={[detail.tile.room_number, detail.tile.code].filter(Boolean).join(' · ')}
          onClose={close}
          onDone={onSettlement}
        />
      )}
    </>
  )
}
