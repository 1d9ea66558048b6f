/** What a platform wallet may do: its unit, a monthly package, emergency credit, friendly hours. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Radio, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import type { MeterDetail, NewWalletTerms, WalletTerms, WalletUnit } from '@/api/types'
import { ActDialog, AmountItem } from '@/common/ActDialog'
import { parseYuan } from '@/domain/money'
import { pricedUnit } from '@/domain/quantity'
import { walletUnits } from '@/domain/states'
import { clockOf, minuteOf } from './minutes'

interface Values {
  unit: WalletUnit
  name?: string
  fee?: string
  included?: string
  emergency?: string
  isOn: boolean
  from?: string
  to?: string
  rise?: string
}
const fenOf = (text?: string): number => (text?.trim() ? (parseYuan(text) ?? 0) : 0)
/** Thousandths of the priced unit, as the station counts. */
const quantityOf = (text?: string): number => Math.round(Number(text?.trim() || 0) * 1000)
const amountText = (fen: number): string | undefined => (fen === 0 ? undefined : (fen / 100).toFixed(2))
const quantityText = (use: number): string | undefined => (use === 0 ? undefined : String(use / 1000))

interface TermsDialogProps {
  detail: MeterDetail
  terms: WalletTerms
  onClose: () => void
}

function PackageItems({ unit }: { unit: string }) {
  const { t } = useTranslation()
  const number = { pattern: /^\d+(\.\d{1,3})?$/, message: t('wallet.numberBad') }
  return (
    <>
      <Form.Item
        name="name"
        label={t('wallet.packageName')}
        extra={t('wallet.packageHint')}
        dependencies={['fee', 'included']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, name: string | undefined) =>
              (getFieldValue('fee') || getFieldValue('included')) && !name?.trim()
                ? Promise.reject(new Error(t('wallet.packageNeeded')))
                : Promise.resolve(),
          }),
        ]}
      >
        <Input maxLength={40} />
      </Form.Item>
      <AmountItem name="fee" label={t('wallet.packageFee')} optional focus={false} />
      <Form.Item name="included" label={t('wallet.packageIncluded')} rules={[number]}>
        <Input inputMode="decimal" suffix={unit} />
      </Form.Item>
    </>
  )
}

const termsOf = (values: Values): NewWalletTerms => ({
  unit: values.unit,
  emergency_credit_fen: fenOf(values.emergency),
  emergency_on: values.isOn ? 1 : 0,
  friendly_from_minute: minuteOf(values.from),
  friendly_to_minute: minuteOf(values.to),
  ...(values.unit === 'money' && values.name?.trim()
    ? {
        package_name: values.name.trim(),
        package_fee_fen: fenOf(values.fee),
        package_included: quantityOf(values.included),
      }
    : {}),
  rise_per_hour_max: quantityOf(values.rise),
})

function TermItems({ unit }: { unit: string }) {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item name="unit" label={t('wallet.unit')} extra={t('wallet.unitHint')}>
        <Radio.Group
          options={walletUnits.map((value) => ({ value, label: t(`state.walletUnit.${value}`) }))}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['unit']}>
        {({ getFieldValue }) =>
          getFieldValue('unit') === 'money' ? <PackageItems unit={unit} /> : null
        }
      </Form.Item>
      <AmountItem name="emergency" label={t('wallet.emergencyAmount')} optional focus={false} />
      <Form.Item name="isOn" label={t('wallet.emergencyOn')} extra={t('wallet.emergencyHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item label={t('wallet.friendlyHours')} extra={t('wallet.friendlyHint')}>
        <div className="row">
          <Form.Item name="from" noStyle>
            <Input type="time" aria-label={t('common.from')} style={{ width: 130 }} />
          </Form.Item>
          –
          <Form.Item name="to" noStyle>
            <Input type="time" aria-label={t('common.to')} style={{ width: 130 }} />
          </Form.Item>
        </div>
      </Form.Item>
      <Form.Item
        name="rise"
        label={t('wallet.rise')}
        extra={t('wallet.riseHint')}
        rules={[{ pattern: /^\d+(\.\d{1,3})?$/, message: t('wallet.numberBad') }]}
      >
        <Input inputMode="decimal" suffix={`${unit}/h`} />
      </Form.Item>
    </>
  )
}

export function TermsDialog({ detail, terms, onClose }: TermsDialogProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const { id } = detail.tile
  const unit = pricedUnit(detail.meter.utility)
  const send = (values: Values) =>
    unwrap(
      client.POST('/api/v1/meters/{id}/wallet', {
        params: { path: { id }, header: csrf },
        body: termsOf(values),
      }),
    )
  return (
    <ActDialog<Values, WalletTerms>
      title={t('wallet.termsTitle', { meter: detail.tile.room_number ?? detail.tile.code })}
      text={t('wallet.termsText')}
      okText={t('common.save')}
      initial={{
        unit: terms.unit,
        name: terms.package_name,
        fee: amountText(terms.package_fee_fen),
        included: quantityText(terms.package_included),
        emergency: amountText(terms.emergency_credit_fen),
        isOn: terms.emergency_on,
        from: clockOf(terms.friendly_from_minute),
        to: clockOf(terms.friendly_to_minute),
        rise: quantityText(terms.rise_per_hour_max),
      }}
      onClose={onClose}
      onDone={() => {
        message.success(t('wallet.termsDone'))
        void cache.invalidateQueries({ queryKey: moneyKeys.wallet(id) })
        onClose()
      }}
      send={send}
    >
      <TermItems unit={unit} />
    </ActDialog>
  )
}
