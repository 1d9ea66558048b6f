/** 基本资料, 阶梯周期与户人口, 固定费用. */
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import type { Allowance, Cycle, Fee, Product } from '@/domain/product'
import {
  AddButton,
  changed,
  DayOfYear,
  DecimalInput,
  Field,
  RemoveButton,
  WholeInput,
  type PartProps,
} from './fields'
import { unitOf } from './units'

export function BasicsSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  return (
    <Panel title={t('product.basics')}>
      <div className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
        <Field label={t('product.name')} hint={t('product.nameHint')}>
          <Input
            aria-label={t('product.name')}
            status={product.name.trim() ? '' : 'error'}
            style={{ width: 240 }}
            maxLength={60}
            value={product.name}
            onChange={(event) => onChange({ ...product, name: event.target.value })}
            data-testid="product-name"
          />
        </Field>
        <Field label={t('product.utility')}>
          <Select<Product['utility']>
            aria-label={t('product.utility')}
            style={{ width: 130 }}
            value={product.utility}
            onChange={(utility) => onChange({ ...product, utility })}
            options={(['electricity', 'water', 'heat', 'cooling'] as const).map((value) => ({
              value,
              label: t(`product.utilities.${value}`),
            }))}
          />
        </Field>
        <Field label={t('product.rounding')}>
          <Select<Product['rounding']>
            aria-label={t('product.rounding')}
            style={{ width: 130 }}
            value={product.rounding}
            onChange={(rounding) => onChange({ ...product, rounding })}
            options={(['half_up', 'down'] as const).map((value) => ({
              value,
              label: t(`product.roundings.${value}`),
            }))}
          />
        </Field>
      </div>
    </Panel>
  )
}

function CycleEditor({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const { cycle } = product
  const set = (next: Cycle): void => onChange({ ...product, cycle: next })
  const choose = (kind: Cycle['kind']): void => {
    if (kind === 'month') set({ kind })
    else if (kind === 'year') set({ kind, starts: '01-01' })
    else set({ kind, starts: ['05-01', '11-01'] })
  }
  return (
    <Field label={t('product.cycle')} hint={t('product.cycleHint')}>
      <div className="row tight">
        <Select<Cycle['kind']>
          aria-label={t('product.cycle')}
          style={{ width: 130 }}
          value={cycle.kind}
          onChange={choose}
          options={(['month', 'year', 'season'] as const).map((value) => ({
            value,
            label: t(`product.cycles.${value}`),
          }))}
        />
        {cycle.kind === 'year' && (
          <DayOfYear
            label={t('product.starts')}
            value={cycle.starts}
            onChange={(starts) => set({ ...cycle, starts })}
          />
        )}
        {cycle.kind === 'season' && (
          <>
            {cycle.starts.map((start, index) => (
              <DayOfYear
                key={index}
                label={t('product.starts')}
                value={start}
                onChange={(next) => set({ ...cycle, starts: changed(cycle.starts, index, next) })}
              />
            ))}
            <AddButton onClick={() => set({ ...cycle, starts: [...cycle.starts, '01-01'] })}>
              {t('product.addSeason')}
            </AddButton>
            {cycle.starts.length > 1 && (
              <RemoveButton
                what={t('product.starts')}
                onClick={() => set({ ...cycle, starts: cycle.starts.slice(0, -1) })}
              />
            )}
          </>
        )}
      </div>
    </Field>
  )
}

function AllowanceEditor({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const { allowance } = product
  const unit = unitOf(product.utility)
  const set = (part: Partial<Allowance>): void =>
    onChange({ ...product, allowance: { ...allowance, ...part } })
  const decimalField = (key: 'per_household' | 'per_person') => (
    <Field label={t(`product.${key}`)}>
      <DecimalInput
        label={t(`product.${key}`)}
        value={allowance[key]}
        suffix={unit}
        onChange={(value) => set({ [key]: value })}
      />
    </Field>
  )
  return (
    <>
      <Field label={t('product.households')}>
        <Select<Allowance['households']>
          aria-label={t('product.households')}
          style={{ width: 220 }}
          value={allowance.households}
          onChange={(households) => set({ households, per_household: '0' })}
          options={(['multiply', 'add'] as const).map((value) => ({
            value,
            label: t(`product.householdRules.${value}`),
          }))}
        />
      </Field>
      {allowance.households === 'add' && decimalField('per_household')}
      <Field label={t('product.peopleIncluded')} hint={t('product.peopleHint')}>
        <WholeInput
          label={t('product.peopleIncluded')}
          value={allowance.people_included}
          onChange={(people_included) => set({ people_included })}
        />
      </Field>
      <Field label={t('product.peopleMax')}>
        <WholeInput
          label={t('product.peopleMax')}
          value={allowance.people_max}
          onChange={(people_max) => set({ people_max })}
        />
      </Field>
      {decimalField('per_person')}
    </>
  )
}

export function CycleSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  return (
    <Panel title={t('product.cycleHead')}>
      <div className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
        <CycleEditor product={product} onChange={onChange} />
        <AllowanceEditor product={product} onChange={onChange} />
      </div>
    </Panel>
  )
}

export function FeesSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const { fees } = product
  const set = (index: number, fee: Fee | undefined): void =>
    onChange({ ...product, fees: changed(fees, index, fee) })
  return (
    <Panel title={t('product.fees')}>
      <div className="stack" style={{ gap: 10 }}>
        {fees.map((fee, index) => (
          <div key={index} className="row tight">
            <Input
              aria-label={t('product.feeName')}
              status={fee.name.trim() ? '' : 'error'}
              style={{ width: 180 }}
              maxLength={40}
              value={fee.name}
              onChange={(event) => set(index, { ...fee, name: event.target.value })}
            />
            <Select<Fee['per']>
              aria-label={t('product.feePer')}
              style={{ width: 100 }}
              value={fee.per}
              onChange={(per) => set(index, { ...fee, per })}
              options={(['month', 'day'] as const).map((value) => ({
                value,
                label: t(`product.per.${value}`),
              }))}
            />
            <DecimalInput
              label={`${fee.name} ${t('money.amount')}`}
              value={fee.amount}
              places={2}
              suffix={t('product.yuan')}
              onChange={(amount) => set(index, { ...fee, amount })}
            />
            <RemoveButton what={fee.name} onClick={() => set(index, undefined)} />
          </div>
        ))}
        <AddButton
          testId="product-add-fee"
          onClick={() =>
            onChange({ ...product, fees: [...fees, { name: '', per: 'month', amount: '' }] })
          }
        >
          {t('product.addFee')}
        </AddButton>
        <Field label={t('product.service')} hint={t('product.serviceHint')}>
          <DecimalInput
            label={t('product.service')}
            value={product.service_percent}
            places={2}
            suffix="%"
            width={120}
            onChange={(service_percent) => onChange({ ...product, service_percent })}
          />
        </Field>
      </div>
    </Panel>
  )
}
