/** 试算: what a month would cost under the prices as they stand in the form. */
import { Alert, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import { usedRates, type Product, type Rate } from '@/domain/product'
import { decimal, sampleBill } from '@/domain/sampleBill'
import { localMinute } from '@/domain/time'
import { BillTable } from '../../wallet/BillTable'
import { DecimalInput, Field, WholeInput } from './fields'
import { unitOf } from './units'

const daysOf = (month: number): number => new Date(Date.UTC(2026, month, 0)).getUTCDate()
/** Wh or litres of a typed quantity. */
const small = (text: string): number => Number(decimal(text, 3) ?? 0n)

interface Household {
  before: string
  households: number
  people: number
}
function HouseholdFields({ value, onChange, unit }: {
  value: Household
  onChange: (value: Household) => void
  unit: string
}) {
  const { t } = useTranslation()
  const whole = (key: 'households' | 'people', label: string, min: number) => (
    <Field label={label}>
      <WholeInput
        label={label}
        min={min}
        width={80}
        value={value[key]}
        onChange={(next) => onChange({ ...value, [key]: next })}
      />
    </Field>
  )
  return (
    <>
      <Field label={t('product.before')}>
        <DecimalInput
          label={t('product.before')}
          value={value.before}
          places={3}
          width={120}
          suffix={unit}
          onChange={(before) => onChange({ ...value, before })}
        />
      </Field>
      {whole('households', t('product.householdCount'), 1)}
      {whole('people', t('product.peopleCount'), 0)}
    </>
  )
}

function Missing({ list }: { list: string[] }) {
  const { t } = useTranslation()
  if (list.length === 0) return null
  const named = list.map((each) =>
    each.replace(/ · (\w+)$/, (_, rate: string) => ` · ${t(`state.rate.${rate}`)}`),
  )
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlock: 8 }}
      title={t('product.missing', { list: named.join('、') })}
    />
  )
}

function MonthField({ month, onMonth }: { month: number; onMonth: (month: number) => void }) {
  const { t } = useTranslation()
  return (
    <Field label={t('bill.month')}>
      <Select
        aria-label={t('bill.month')}
        style={{ width: 92 }}
        value={month}
        onChange={onMonth}
        options={Array.from({ length: 12 }, (_, i) => ({
          value: i + 1,
          label: t('product.month', { month: i + 1 }),
        }))}
      />
    </Field>
  )
}

export function SampleSection({ product }: { product: Product }) {
  const { t } = useTranslation()
  const [month, setMonth] = useState(() => Number(localMinute().slice(5, 7)))
  const [typed, setTyped] = useState<Partial<Record<Rate, string>>>({})
  const [household, setHousehold] = useState<Household>({ before: '0', households: 1, people: 0 })
  const rates = usedRates(product)
  const unit = unitOf(product.utility)
  const textOf = (rate: Rate): string => typed[rate] ?? '100'
  const bill = sampleBill(product, {
    ...household,
    month,
    days: daysOf(month),
    quantities: Object.fromEntries(rates.map((rate) => [rate, small(textOf(rate))])),
    before: small(household.before),
  })
  return (
    <Panel title={t('product.sample')} testId="product-sample">
      <p className="muted" style={{ marginTop: 0 }}>
        {t('product.sampleHint')}
      </p>
      <div className="row" style={{ alignItems: 'flex-start', gap: 12 }}>
        <MonthField month={month} onMonth={setMonth} />
        {rates.map((rate) => {
          const label = rates.length === 1 ? t('bill.quantity') : t(`state.rate.${rate}`)
          return (
            <Field key={rate} label={label}>
              <DecimalInput
                label={`${t('product.sample')} ${label}`}
                value={textOf(rate)}
                places={3}
                width={120}
                suffix={unit}
                onChange={(text) => setTyped({ ...typed, [rate]: text })}
                testId={`sample-${rate}`}
              />
            </Field>
          )
        })}
        {product.lines.some((line) => line.steps.length > 0) && (
          <HouseholdFields value={household} onChange={setHousehold} unit={unit} />
        )}
      </div>
      <Missing list={bill.missing} />
      <BillTable bill={bill} utility={product.utility === 'water' ? 'water' : 'electricity'} />
    </Panel>
  )
}
