/** 开户. */
import { Alert, Button, Checkbox, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMeter, useMeters, useSite } from '@/api/queries'
import type { Tile } from '@/api/types'
import { MeterOption } from '@/common/MeterOption'
import { MeterPicker } from '@/common/MeterPicker'
import { PageHead, Panel } from '@/common/Page'
import { FormError, Guard } from '@/common/views'
import { HouseholdItems, householdOf, type HouseholdValues } from './HouseholdItems'
import { OpeningResult } from './OpeningResult'
import { useOpening } from './useOpening'

interface Fields extends HouseholdValues {
  customer: string
  phone?: string
  note?: string
  shared?: boolean
}

const withoutAccount = (tile: Tile): boolean => tile.account_id === null

function ChosenMeter({
  tile,
  onChoose,
}: {
  tile: Tile | null
  onChoose: (tile: Tile | null) => void
}) {
  const { t } = useTranslation()
  const site = useSite()
  if (!tile) {
    return (
      <MeterPicker
        accept={withoutAccount}
        onPick={onChoose}
        placeholder={t('account.pickPlaceholder')}
        noHit={t('account.pickNone')}
        autoFocus
        testId="account-meter"
      />
    )
  }
  return (
    <div className="chosen row between" data-testid="account-chosen">
      <div className="grow">
        <MeterOption
          tile={tile}
          building={site.data?.buildings.find((b) => b.id === tile.building_id)?.name}
        />
      </div>
      <Button type="link" onClick={() => onChoose(null)}>
        {t('account.change')}
      </Button>
    </div>
  )
}

function CustomerFields() {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item
        name="customer"
        label={t('account.customer')}
        rules={[
          { required: true, whitespace: true, message: t('account.customerNeeded') },
          { max: 64, message: t('account.customerLong') },
        ]}
      >
        <Input autoComplete="off" data-testid="account-customer" />
      </Form.Item>
      <Form.Item
        name="phone"
        label={t('account.phone')}
        rules={[{ pattern: /^[0-9 +()-]{0,32}$/, message: t('account.phoneBad') }]}
      >
        <Input inputMode="tel" autoComplete="off" data-testid="account-phone" />
      </Form.Item>
      <Form.Item name="note" label={t('account.note')}>
        <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
      </Form.Item>
    </>
  )
}

/** Only a wallet that the platform keeps can be shared by an account's meters. */
function SharedField({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const meter = useMeter(meterId)
  if (meter.data?.meter.wallet !== 'platform') return null
  return (
    <Form.Item name="shared" valuePropName="checked" extra={t('account.sharedHint')}>
      <Checkbox data-testid="account-shared">{t('account.shared')}</Checkbox>
    </Form.Item>
  )
}

/** Only what the platform bills knows households: a meter's own steps are the same for everybody. */
function HouseholdField({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const meter = useMeter(meterId)
  if (meter.data?.meter.wallet !== 'platform') return null
  return (
    <>
      <HouseholdItems />
      <p className="small muted">{t('household.hint')}</p>
    </>
  )
}

function OpenForm({ opening }: { opening: ReturnType<typeof useOpening> }) {
  const { t } = useTranslation()
  const meters = useMeters()
  const [params, setParams] = useSearchParams()
  const [needMeter, setNeedMeter] = useState(false)
  const tile = meters.data?.rows.find((each) => each.id === Number(params.get('meter'))) ?? null
  const choose = (picked: Tile | null): void =>
    setParams(picked ? { meter: String(picked.id) } : {}, { replace: true })
  const submit = ({ customer, phone, note, shared, ...counts }: Fields): void => {
    setNeedMeter(tile === null)
    if (tile)
      opening.open({
        meter_id: tile.id,
        customer_name: customer.trim(),
        phone: phone?.trim() ?? '',
        note: note?.trim() ?? '',
        shared_wallet: shared ? 1 : 0,
        ...householdOf(counts),
      })
  }
  return (
    <Form<Fields>
      layout="vertical"
      size="large"
      onFinish={submit}
      onFinishFailed={() => setNeedMeter(tile === null)}
      disabled={opening.isSending || opening.unanswered !== null}
    >
      {!opening.unanswered && <FormError error={opening.refused} testId="opening-refused" />}
      <Form.Item
        label={t('account.pickMeter')}
        required
        extra={tile ? undefined : t('account.pickHint')}
        validateStatus={needMeter && !tile ? 'error' : ''}
        help={needMeter && !tile ? t('account.meterNeeded') : undefined}
      >
        <ChosenMeter tile={tile} onChoose={choose} />
      </Form.Item>
      <CustomerFields />
      {tile && <SharedField meterId={tile.id} />}
      {tile && <HouseholdField meterId={tile.id} />}
      <Button
        type="primary"
        htmlType="submit"
        loading={opening.isSending}
        data-testid="account-submit"
      >
        {t('account.submit')}
      </Button>
    </Form>
  )
}

function OpenBody() {
  const { t } = useTranslation()
  const opening = useOpening()
  const [, setParams] = useSearchParams()
  const another = (): void => {
    setParams({}, { replace: true })
    opening.reset()
  }
  return (
    <>
      <PageHead title={t('account.openHeading')} />
      <div style={{ maxWidth: 640 }} className="stack">
        {opening.unanswered && !opening.isSending && (
          <Alert
            type="warning"
            showIcon
            title={t('account.uncertain')}
            description={opening.unanswered.body.customer_name}
            action={
              <Button size="small" type="primary" onClick={opening.repeat}>
                {t('common.retry')}
              </Button>
            }
          />
        )}
        {opening.accountId === null ? (
          <Panel>
            <OpenForm opening={opening} />
          </Panel>
        ) : (
          <OpeningResult accountId={opening.accountId} onAnother={another} />
        )}
      </div>
    </>
  )
}

export function OpenAccountPage() {
  return (
    <Guard right="open_account">
      <OpenBody />
    </Guard>
  )
}
